-- How long requests take, by type and council district: half of them, nine in ten, and those that still wait.
with requests as (
    select
        coalesce(request_type, 'Unknown') as request_type,
        council_district,
        created_at,
        closed_at,
        status in ('Closed', 'Cancelled') as done,
        -- a few requests were closed before they were created: no duration
        case when closed_at >= created_at then date_diff('second', created_at, closed_at) / 3600.0 end as hours_to_close
    from {{ref 'requests_311'}}
    where council_district is not null
)

select
    request_type,
    council_district,
    count(*) as requests,
    count(hours_to_close) as timed,
{{#each (list 50 90)}}
    round(quantile_cont(hours_to_close, 0.{{this}}), 1) as p{{this}}_hours,
{{/each}}
    count(*) filter (where not done) as open_requests,
    round({{safe_divide 'count(*) filter (where not done)' 'count(*)'}}, 3) as share_open,
    min(created_at) filter (where not done) as oldest_open
from requests
group by request_type, council_district
