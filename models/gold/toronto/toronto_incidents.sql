-- The four police datasets that know where and when, one below the other. A row is what it is there:
-- an offence and victim (major crimes, thefts), an event (shootings), a victim (homicides).
with incidents as (
    select
        'major_crime_indicators' as dataset,
        category,
        event_unique_id,
        occurred_year,
        hood_158,
        lat,
        lng
    from {{ref 'major_crime_indicators'}}

    union all

    select
        'theft_from_motor_vehicle' as dataset,
        'Theft from Motor Vehicle' as category,
        event_unique_id,
        occurred_year,
        hood_158,
        lat,
        lng
    from {{ref 'theft_from_motor_vehicle'}}

    union all

    select
        'shootings' as dataset,
        'Shooting or Firearm Discharge' as category,
        event_unique_id,
        occurred_year,
        hood_158,
        lat,
        lng
    from {{ref 'shootings'}}

    union all

    select
        'homicides' as dataset,
        'Homicide' as category,
        event_unique_id,
        occurred_year,
        hood_158,
        lat,
        lng
    from {{ref 'homicides'}}
)

select
    dataset,
    category,
    event_unique_id,
    occurred_year as year,
    hood_158,
    lat,
    lng,
    -- no place, no cell: 1 to 2 in 100 incidents have the coordinates 0, 0 at the portal, NULL here
    {{> h3_cell lat='lat' lng='lng'}} as cell
from incidents
