-- The City's own safety indicators of 2008 and 2011 beside what the police's datasets say of the same year.
with indicators as (
    select
        lpad(cast(neighbourhood_id as varchar), 3, '0') as hood_140,
        neighbourhood,
        period,
        assaults,
        break_and_enters,
        drug_arrests,
        robberies,
        sexual_assaults,
        vehicle_thefts,
        murders
    from {{ref 'wellbeing_safety'}}
),

shootings_by_year as (
    select
        hood_140,
        occurred_year,
        count(*) as shootings,
        sum(deaths) as deaths,
        sum(injuries) as injuries
    from {{ref 'shootings'}}
    where hood_140 is not null
    group by hood_140, occurred_year
),

homicides_by_year as (
    select
        hood_140,
        occurred_year,
        count(*) as homicides
    from {{ref 'homicides'}}
    where hood_140 is not null
    group by hood_140, occurred_year
),

shootings_ever as (
    select
        hood_140,
        sum(shootings) as shootings
    from shootings_by_year
    group by hood_140
),

homicides_ever as (
    select
        hood_140,
        sum(homicides) as homicides
    from homicides_by_year
    group by hood_140
)

select
    indicators.hood_140,
    indicators.neighbourhood,
    indicators.period,
    indicators.assaults,
    indicators.break_and_enters,
    indicators.drug_arrests,
    indicators.robberies,
    indicators.sexual_assaults,
    indicators.vehicle_thefts,
    indicators.murders,
    -- sum() of integers is a HUGEINT, a type that few readers know
    cast(coalesce(shootings_by_year.shootings, 0) as bigint) as shootings,
    cast(coalesce(shootings_by_year.deaths, 0) as bigint) as shooting_deaths,
    cast(coalesce(shootings_by_year.injuries, 0) as bigint) as shooting_injuries,
    cast(coalesce(homicides_by_year.homicides, 0) as bigint) as homicides,
    cast(coalesce(shootings_ever.shootings, 0) as bigint) as shootings_since_2004,
    cast(coalesce(homicides_ever.homicides, 0) as bigint) as homicides_since_2004
from indicators
left join shootings_by_year
    on shootings_by_year.hood_140 = indicators.hood_140
    and shootings_by_year.occurred_year = indicators.period
left join homicides_by_year
    on homicides_by_year.hood_140 = indicators.hood_140
    and homicides_by_year.occurred_year = indicators.period
left join shootings_ever on shootings_ever.hood_140 = indicators.hood_140
left join homicides_ever on homicides_ever.hood_140 = indicators.hood_140
