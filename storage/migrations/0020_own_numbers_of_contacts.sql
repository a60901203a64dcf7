-- A shared contact of another country was kept as the customer's own number with a 0 before it: 852
-- 9123 4567 of Hong Kong as 0852 9123 4567, the number of another person. Own numbers that may be
-- such, by country code and length, are deleted; the customer can share the contact again. The
-- codes are those of the ITU (E.164) from 81 to 886 whose mobile numbers, with the 0, had at most
-- 13 digits; the names are those that the bot gave.
delete from saved_numbers
where
    kind = 'phone'
    and name in ('My number', 'Nomor saya')
    and (
        -- Japan, Korea.
        ((destination like '081%' or destination like '082%') and length(destination) = 13)
        -- Viet Nam.
        or destination like '084%'
        -- Hong Kong, Macao.
        or (
            (destination like '0852%' or destination like '0853%') and length(destination) = 12
        )
        -- Cambodia, Laos.
        or (
            (destination like '0855%' or destination like '0856%')
            and length(destination) between 12 and 13
        )
        -- Taiwan, China.
        or destination like '086%'
        or (destination like '0886%' and length(destination) = 13)
    );
