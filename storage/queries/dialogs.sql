-- name: put!
insert into dialogs (
    customer_id, conversation, step, updated_at, product_id, message_id, data
)
values (:customer_id, :conversation, :step, :updated_at, :product_id, :message_id, :data)
on conflict (customer_id) do update set
    conversation = excluded.conversation,
    step = excluded.step,
    updated_at = excluded.updated_at,
    product_id = excluded.product_id,
    message_id = excluded.message_id,
    data = excluded.data;

-- name: get(customer_id)^
select * from dialogs where customer_id = :customer_id;

-- name: drop(customer_id)!
delete from dialogs where customer_id = :customer_id;

-- name: of_conversation(conversation)
select * from dialogs where conversation = :conversation order by customer_id;
