-- Else the server does it in every copy, while a contender is measured.
vacuum (freeze, analyze)
