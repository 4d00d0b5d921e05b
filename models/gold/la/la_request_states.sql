-- What of a request changes while it is worked on; `la_requests_over_time` keeps what each build finds.
{{config materialized='view'}}
select
    srnumber,
    request_type,
    status,
    assign_to,
    action_taken,
    updated_at
from {{ref 'requests_311'}}
