-- Who shot, who scored, and how many goals an average player would have scored from the same places.
with shots as (
    select
        match_id,
        team,
        player_id,
        player,
        shot_outcome = 'Goal' as scored,
        shot_outcome in ('Goal', 'Saved', 'Saved to Post') as on_target,
        shot_type = 'Penalty' as penalty,
        -- doubles add up to a little more or less in another order, decimals do not
        cast(shot_xg as decimal(18, 9)) as xg
    from {{ref 'events'}}
    where type = 'Shot'
        and period <= 4                    -- 5 is the penalty shoot-out
),

nicknames as (
    select
        player_id,
        max(nickname) as nickname
    from {{ref 'lineups'}}
    group by player_id
)

select
    matches.competition,
    matches.season,
    shots.team,
    shots.player_id,
    coalesce(max(nicknames.nickname), max(shots.player)) as player,
    count(distinct shots.match_id) as matches,
    count(*) as shots,
    count(*) filter (where shots.on_target) as shots_on_target,
    count(*) filter (where shots.scored) as goals,
    count(*) filter (where shots.scored and shots.penalty) as penalty_goals,
    cast(sum(shots.xg) as decimal(9, 3)) as expected_goals,
    cast(count(*) filter (where shots.scored) - sum(shots.xg) as decimal(9, 3)) as goals_above_expected
from shots
inner join {{ref 'matches'}} as matches on matches.match_id = shots.match_id
left join nicknames on nicknames.player_id = shots.player_id
group by matches.competition, matches.season, shots.team, shots.player_id
