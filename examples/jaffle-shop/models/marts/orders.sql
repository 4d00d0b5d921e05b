-- One row an order, with what was paid for it in each way.
with paid as (
    select
        order_id,
        {{#each (var 'payment_methods')}}
        sum(amount) filter (where payment_method = '{{this}}') as {{this}}_amount,
        {{/each}}
        sum(amount) as amount
    from {{ref 'stg_payments'}}
    group by order_id
)

select
    orders.order_id,
    orders.customer_id,
    orders.order_date,
    orders.status,
    {{#each (var 'payment_methods')}}
    coalesce(paid.{{this}}_amount, 0) as {{this}}_amount,
    {{/each}}
    paid.amount
from {{ref 'stg_orders'}} as orders
left join paid using (order_id)
