-- 'STATEN ISLAND' becomes 'Staten Island'; NULL stays NULL.
create macro title_case(words) as
    array_to_string(
        list_transform(string_split(lower(words), ' '), lambda word: upper(word[1]) || word[2:]),
        ' '
    );
