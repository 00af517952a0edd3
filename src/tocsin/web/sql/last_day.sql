SELECT max(day) FROM daily_count WHERE day <= %(today)s
