"""What is known of postal addresses beyond Google's address data: formats as people write them.

A format is in Google's notation: `%N` name, `%O` company, `%A` street lines, `%C` city, `%S`
region, `%Z` postal code, `%n` new line. The data asks for capitals and country prefixes (`CH-8001`)
that sorting machines like; here stands how the country's own post and shops print it.
"""

import re
from typing import Final

# Where nothing is known of a country.
EVERYWHERE: Final = "%N%n%O%n%A%n%Z %C%n%S"
# Who, then where: nearly all formats begin so.
_WHO: Final = "%N%n%O%n%A%n"
_WHERE: Final = {
    "%Z %C": "CH FI HR IL JO KW LI LU MC SD SE SI",
    "%C %Z": "KY MU",
    "%C, %S %Z": "CA",
    "%C": "AE BI BJ BW BZ CD CF CG CI CM CW DJ DM ER FJ GA GD GH GM GQ KI KM LY ML QA RW SB SS SX"
    " SY TD TG TO UG VU YE ZW",
    "%C, %Z": "TT",
    "%C%n%S%n%Z": "UZ",
    "%C, %S%n%Z": "DO",
    "%C %Z%n%S": "ID PK",
    "%C - %Z%n%S": "IN",
    "%Z %C, %S": "CO HN",
    "%Z-%C%n%S": "CV GT",
    "%Z - %C%n%S": "SV",
    "%Z %C%n%S": "MZ TZ",
    "%Z%n%C%n%S": "MN OM",
    "%C - %S%n%Z": "BR",
    "%C, AS %Z": "AS",
    "%C, GU %Z": "GU",
    "%C, MH %Z": "MH",
    "%C, MP %Z": "MP",
    "%C, PR %Z": "PR",
    "%C, VI %Z": "VI",
    "Singapore %Z": "SG",
}
FORMATS: Final = {
    "HU": "%N%n%O%n%Z %C%n%A",
    **{each: _WHO + where for where, countries in _WHERE.items() for each in countries.split()},
}
# Countries whose format in Latin letters the data lacks.
LATIN: Final = {"KP": _WHO + "%C%n%S%n%Z"}
# Names of regions that shops use and the data lacks, folded.
REGION_NAMES: Final = {
    "US": {
        "washington dc": "DC",
        "washington d.c.": "DC",
        "washington, d.c.": "DC",
        "united states virgin islands": "VI",
        "u.s. virgin islands": "VI",
    }
}

# How a postal code is grouped: its characters without spaces and hyphens, and how they are printed.
_CODES: Final = {
    "AR": (r"([A-Z]\d{4})([A-Z]{3})", r"\1 \2"),
    "BR": (r"(\d{5})(\d{3})", r"\1-\2"),
    "CA": (r"([A-Z]\d[A-Z])(\d[A-Z]\d)", r"\1 \2"),
    "CZ": (r"(\d{3})(\d{2})", r"\1 \2"),
    "GB": (r"([A-Z]{1,2}\d[A-Z\d]?)(\d[A-Z]{2})", r"\1 \2"),
    "GR": (r"(\d{3})(\d{2})", r"\1 \2"),
    "IE": (r"([A-Z]\d[\dW])([A-Z\d]{4})", r"\1 \2"),
    "JP": (r"(\d{3})(\d{4})", r"\1-\2"),
    "NL": (r"(\d{4})([A-Z]{2})", r"\1 \2"),
    "PL": (r"(\d{2})(\d{3})", r"\1-\2"),
    "PT": (r"(\d{4})(\d{3})", r"\1-\2"),
    "SE": (r"(\d{3})(\d{2})", r"\1 \2"),
    "SK": (r"(\d{3})(\d{2})", r"\1 \2"),
}
_PATTERNS: Final = {country: re.compile(code[0]) for country, code in _CODES.items()}
_GAPS: Final = re.compile(r"[\s\-]+")


def postal_code(text: str, country: str) -> str:
    """A postal code as its country prints it (`30100` is `301 00` in Czechia); as it was given
    where it is none that we know."""
    pattern = _PATTERNS.get(country)
    found = pattern.fullmatch(_GAPS.sub("", text).upper()) if pattern else None
    return found.expand(_CODES[country][1]) if found else text
