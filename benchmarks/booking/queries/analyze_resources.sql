analyze booking.resources
