-- Requests by type and month of creation, and how long they took.
with requests as (
    select
        cast(date_trunc('month', created_at) as date) as month,
        coalesce(request_type, 'Unknown') as request_type,
        status,
        -- a few requests were closed before they were created: no duration
        case when closed_at >= created_at then date_diff('second', created_at, closed_at) / 3600.0 end as hours_to_close
    from {{ref 'requests_311'}}
)

select
    month,
    request_type,
    count(*) as requests,
    count(*) filter (where status = 'Closed') as closed,
    count(*) filter (where status = 'Cancelled') as cancelled,
    round(median(hours_to_close), 1) as median_hours_to_close
from requests
group by month, request_type
