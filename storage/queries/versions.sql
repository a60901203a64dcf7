-- name: version_of(subject)^
select version from versions where subject = :subject;

-- name: schema()^
select max(version) as version from schema_migrations;

-- name: raise_version(subject)^
insert into versions (subject, version)
values (:subject, 1)
on conflict (subject) do update set version = versions.version + 1
returning version;
