analyze booking.bookings
