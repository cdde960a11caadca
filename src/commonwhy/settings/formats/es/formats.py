"""Spanish beside English: the same decimal point and the same clock, so that a family and a school read one number.

Django's `es` is that of Spain (a decimal comma, 24 hours). In Mexico, Central America and the United States, where these
readers are from, 1,234.5 is written as in English. Dates stay as they are: 8 de junio de 2026.
"""

DECIMAL_SEPARATOR = "."
THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
TIME_FORMAT = "g:i a"
DATETIME_FORMAT = r"j \d\e F \d\e Y, g:i a"
SHORT_DATETIME_FORMAT = "d/m/Y g:i a"
