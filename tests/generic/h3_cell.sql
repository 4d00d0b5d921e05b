-- Values that are no H3 cell of the project's size. NULL is no cell, and no mistake.
{{arguments resolution=''}}
select {{column_name}}
from {{model}}
where {{column_name}} is not null
    and not (h3_is_valid_cell({{column_name}}) and h3_get_resolution({{column_name}}) = {{#if resolution}}{{resolution}}{{else}}{{var 'h3_resolution'}}{{/if}})
