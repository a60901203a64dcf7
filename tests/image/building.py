"""Carries the steps of the Dockerfile out without an engine, each RUN in bubblewrap.

This machine's Python and tools stand for the base image. Packages come from this environment, as
far as requirements.lock names them, or by pip from the package index.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distributions
from pathlib import Path, PurePosixPath

from tests.image.dockerfile import DOCKERFILE, ROOT, Stage, Step, is_sent, stages

LOCK = ROOT / "requirements.lock"
ETC = ("group", "gshadow", "ld.so.cache", "login.defs", "nsswitch.conf", "passwd", "shadow")
"""What the tools of the steps read in /etc; they change copies."""
NETWORK = ("hosts", "pip.conf", "resolv.conf", "ssl")
LINKS = ("bin", "lib", "lib32", "lib64", "sbin")
PYTHON = Path(sys.base_prefix, "bin", "python{}.{}".format(*sys.version_info))
BASE_PATH = f"{PYTHON.parent}:/base:/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin"
"""/base holds the name `python`, which Debian's own Python does not have."""


class Image:
    """A stage that is built: its files, its environment, and its last words."""

    def __init__(self, root: Path) -> None:
        """Begin with the base image: only /etc and /app can be changed by steps."""
        self.root = root
        self.env = {"PATH": BASE_PATH}
        for folder in ("app", "etc"):
            (root / folder).mkdir(parents=True)
        for name in ETC:
            if (source := Path("/etc", name)).exists():
                shutil.copy2(source, root / "etc" / name)

    @property
    def app(self) -> Path:
        """The folder /app of the image."""
        return self.root / "app"

    def at(self, place: str) -> Path:
        """Return where a path of the image, from its working folder /app, is here."""
        return self.root / (PurePosixPath("/app") / place).relative_to("/")


def base(*, writable: Image | None = None, has_network: bool = False) -> list[str]:
    """Return the words of bubblewrap that show this machine's system as the base image."""
    words = ["bwrap", "--die-with-parent", "--ro-bind", "/usr", "/usr"]
    for name in LINKS:
        if (place := Path("/", name)).is_symlink():
            words += ["--symlink", str(place.readlink()), str(place)]
        elif place.exists():
            words += ["--ro-bind", str(place), str(place)]
    python = Path(sys.base_prefix)
    if not python.is_relative_to("/usr"):
        for parent in reversed(python.parents[:-1]):
            words += ["--perms", "0755", "--dir", str(parent)]
        words += ["--ro-bind", str(python), str(python)]
    if writable is not None:
        for name in ("app", "etc"):
            words += ["--bind", str(writable.root / name), f"/{name}"]
    words += ["--perms", "0755", "--dir", "/base", "--symlink", str(PYTHON), "/base/python"]
    if has_network:
        for name in NETWORK:
            words += ["--ro-bind-try", f"/etc/{name}", f"/etc/{name}"]
    return [*words, "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108 - inside


def build(folder: Path, *, has_index: bool) -> Image:
    """Build every stage in a folder; return the last one."""
    images: dict[str, Image] = {}
    for stage in stages(DOCKERFILE.read_text(encoding="utf-8")):
        images[stage.name] = Image(folder / f"stage-{stage.name}")
        _carry_out(stage, images, has_index=has_index)
    return images[""]


def _carry_out(stage: Stage, images: dict[str, Image], *, has_index: bool) -> None:
    image = images[stage.name]
    for step in stage.steps:
        if step.keyword == "RUN" and "pip " in step.text and not has_index:
            _run("python -m venv --without-pip .venv", image)
            _take_packages(image.app / ".venv")
        elif step.keyword == "RUN":
            _run(step.text, image)
        elif step.keyword == "COPY":
            source = images[step.flags["from"]] if "from" in step.flags else None
            _copy(step, image, source)
        elif step.keyword == "ENV":
            values = step.pairs
            image.env |= {
                name: value.replace("$PATH", image.env["PATH"]) for name, value in values.items()
            }


def _run(command: str, image: Image) -> None:
    """Run a command as root of the image, in /app."""
    passed = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    subprocess.run(  # noqa: S603 - the Dockerfile's own command
        [*base(writable=image, has_network=True), "--chdir", "/app", "/bin/sh", "-ec", command],
        env=passed | image.env,
        check=True,
        capture_output=True,
        timeout=150,
    )


def _copy(step: Step, image: Image, source: Image | None) -> None:
    """Copy files out of the context or another stage; only whole names, as the Dockerfile has."""
    *names, target = step.text.split()
    for name in names:
        there = image.at(target)
        if target.endswith("/"):
            there /= PurePosixPath(name).name
        if source is None:
            _copy_context(PurePosixPath(name), there)
        elif source.at(name).is_dir():
            shutil.copytree(source.at(name), there, symlinks=True, copy_function=_link)
        else:
            _link(str(source.at(name)), str(there))


def _copy_context(name: PurePosixPath, target: Path) -> None:
    """Copy files as somebody has them who fetched them with the umask 077."""
    found = [ROOT / name] if (ROOT / name).is_file() else sorted((ROOT / name).rglob("*"))
    for path in found:
        if path.is_file() and is_sent(PurePosixPath(path.relative_to(ROOT))):
            place = target / path.relative_to(ROOT / name)
            place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.copy2(path, place)
            place.chmod(0o600)


def _link(source: str, target: str) -> None:
    """Copy a file by a second name of it, where that can be."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


def _take_packages(environment: Path) -> None:
    """Put the packages of requirements.lock, as they are in this environment, into another."""
    (packages,) = environment.glob("lib/python*/site-packages")
    wanted = {
        _plain(name)
        for name in re.findall(r"^([\w.-]+)(?:\[[\w,-]+\])?==", LOCK.read_text(), re.MULTILINE)
    }
    for one in distributions():
        if _plain(one.name) in wanted:
            _take(one, packages)


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _take(package: Distribution, target: Path) -> None:
    for file in package.files or ():
        source = Path(str(package.locate_file(file)))
        if ".." in file.parts or not source.is_file():
            continue
        place = target / file
        place.parent.mkdir(parents=True, exist_ok=True)
        _link(str(source), str(place))
