-- One row a customer, those without an order too.
with ordered as (
    select
        customer_id,
        min(order_date) as first_order,
        max(order_date) as most_recent_order,
        count(*) as number_of_orders
    from {{ref 'stg_orders'}}
    group by customer_id
),

paid as (
    select orders.customer_id, sum(payments.amount) as customer_lifetime_value
    from {{ref 'stg_payments'}} as payments
    join {{ref 'stg_orders'}} as orders using (order_id)
    group by orders.customer_id
)

select
    customers.customer_id,
    customers.first_name,
    customers.last_name,
    ordered.first_order,
    ordered.most_recent_order,
    ordered.number_of_orders,
    paid.customer_lifetime_value
from {{ref 'stg_customers'}} as customers
left join ordered using (customer_id)
left join paid using (customer_id)
