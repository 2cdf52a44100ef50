"""What an operator can do about a message that was set aside, by its reason, in English and Chinese."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from telemetry_schema.refusals import RefusalReason

_DECODER: Final = {
    "en": "A decoder that takes it has to be deployed first; then drive it again. If only one car sends such bytes, "
    "its head unit is at fault: keep the message as evidence.",
    "zh": "需先部署能够解析该消息的解码器，然后重新投递。"
    "若仅一辆车发送此类数据，则为其车机故障：请保留该消息作为证据。",
}
_CLOCK: Final = {
    "en": "Find by how much the car's clock was wrong (compare with messages from after it was set), then drive it "
    "again with that offset in milliseconds.",
    "zh": "先确定车辆时钟的偏差（与校时后的消息比较），再以该毫秒偏移量重新投递。",
}
ADVICE: Final[Mapping[RefusalReason, Mapping[str, str]]] = {
    RefusalReason.UNDECODABLE: _DECODER,
    RefusalReason.UNKNOWN_CONTENT_TYPE: _DECODER,
    RefusalReason.MISSING_IDENTITY: _DECODER,
    RefusalReason.EMPTY: _DECODER,
    RefusalReason.COLUMN_SHAPE: _DECODER,
    RefusalReason.COLUMN_TYPE: _DECODER,
    RefusalReason.TOO_MANY_FRAMES: _DECODER,
    RefusalReason.INVALID_VIN: _DECODER,
    RefusalReason.UNKNOWN_TOPIC: {
        "en": "Nobody can tell whose it is: a client publishes to a topic that is not ours. Look at the broker's ACL.",
        "zh": "无法判断其来源：有客户端发布到非本系统主题。请检查代理的访问控制列表。",
    },
    RefusalReason.VIN_MISMATCH: {
        "en": "The payload claims another car than the one that is connected. It is never driven again; find out why.",
        "zh": "消息内容声称属于另一辆车。该消息不会被重新投递；请查明原因。",
    },
    RefusalReason.UNKNOWN_VEHICLE: {
        "en": "Enrol the car, then drive the message again.",
        "zh": "先登记该车辆，然后重新投递该消息。",
    },
    RefusalReason.CLOCK_BEFORE_2000: _CLOCK,
    RefusalReason.CLOCK_IN_FUTURE: _CLOCK,
    RefusalReason.OVER_BUDGET: {
        "en": "Nothing is kept of it here: the car keeps it, pauses and sends it again.",
        "zh": "此处未保留该消息：车辆会保留、暂停并重新发送。",
    },
    RefusalReason.VALUE_OUT_OF_RANGE: {
        "en": "Its frames are stored without the values that it names: nothing is to be driven again. A sensor or its "
        "scaling is wrong, or the catalogue's range is.",
        "zh": "其余数据已存储，仅剔除了所列数值，无需重新投递。请检查传感器、换算比例或信号目录的取值范围。",
    },
}


def advice(reason: str) -> Mapping[str, str]:
    """Of a reason that a newer version wrote: that of a decoder to come."""
    known = set(RefusalReason)
    return ADVICE.get(RefusalReason(reason), _DECODER) if reason in known else _DECODER
