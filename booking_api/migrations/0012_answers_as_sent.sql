-- A key keeps the answer as it was sent, whatever was asked. Answers of the form before this are of a day ago at most.
delete from booking.idempotency_keys;
create index if not exists idempotency_keys_by_age on booking.idempotency_keys (created_at);
grant delete on booking.idempotency_keys to servicelane_booking_api;
