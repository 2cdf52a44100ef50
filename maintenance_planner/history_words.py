"""Which items of a service plan somebody means who describes work in words of their own, English, German or Chinese.

Pure.
"""

from __future__ import annotations

import re
from typing import Final

_ALL: Final[tuple[tuple[str, str], ...]] = (
    ("engine_oil", r"(?<!transmission )(?<!gear )(?<!gearbox )\boil (?:and filter|& filter|change|service)"
     r"|\bengine oil|oil filter|changed? (?:the )?oil|ölwechsel|motoröl|机油"),
    ("inspection", r"\binspection|(?:annual|major|minor|scheduled) service|inspektion|常规检查|常规保养"),
    ("brake_fluid", r"brake fluid|bremsflüssigkeit|制动液|刹车油"),
    ("cabin_filter", r"cabin (?:air )?filter|pollen filter|innenraumfilter|pollenfilter|空调滤"),
    ("air_filter", r"(?<!cabin )(?:engine )?\bair filter|luftfilter|空气滤|空滤"),
    ("spark_plugs", r"spark plug|zündkerze|火花塞"),
    ("transmission_oil", r"transmission (?:oil|fluid)|gearbox oil|gear oil|\batf\b|dsg|getriebeöl|变速器油|变速箱油"),
    ("tyre_rotation", r"t[iy]re rotation|tires? rotated|rotat\w+ (?:the )?t[iy]res|轮胎换位"),
    ("coolant", r"coolant|antifreeze|kühlmittel|冷却液|防冻液"),
    ("timing_belt", r"timing belt|zahnriemen|正时皮带"),
    ("particulate_filter_ash", r"dpf clean|particulate filter|partikelfilter|颗粒捕集器"),
    ("replace_12v_battery", r"(?:12 ?v|car|starter|new) battery|battery replace|starterbatterie|蓄电池|电瓶"),
    ("brake_calipers", r"cal(?:l)?iper|bremssattel|制动卡钳"),
    ("desiccant", r"desiccant|干燥剂"),
    ("replace_thermostat", r"thermostat|节温器"),
    ("repair_tyre", r"puncture|flat t[iy]re|t[iy]re repair|reifenpanne|补胎"),
)  # fmt: skip
_PATTERNS: Final = tuple((item, re.compile(pattern, re.IGNORECASE)) for item, pattern in _ALL)


def item_in(words: str) -> set[str]:
    """Every item that is named; empty where none is."""
    return {item for item, pattern in _PATTERNS if pattern.search(words)}
