DATE_FORMAT = "l, j. F Y"
SHORT_DATE_FORMAT = "j. N Y"
MONTH_DAY_FORMAT = "l, j. F"
YEAR_MONTH_FORMAT = "F Y"
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "l, j. F Y, H:i"
SHORT_DATETIME_FORMAT = "j. N Y, H:i"

# asked for by name in templates and code of ours
DAY_FORMAT = "j. F Y"
DAY_MONTH_FORMAT = "j. F"
DAY_OF_MONTH_FORMAT = "j."
WEEKDAY_FORMAT = "D j."
