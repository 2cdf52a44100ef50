-- Whoever exports reads what is published, and positions: nobody else may.
grant select on published.positions to servicelane_data_export;
