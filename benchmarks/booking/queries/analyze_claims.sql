analyze booking.claims
