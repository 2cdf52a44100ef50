"""What callers are told when something cannot be done, and what to do next. Pure."""

from __future__ import annotations

from typing import Final

from booking_api.languages import Text

NO_TOKEN: Final[Text] = {"en": "Send a token: Authorization: Bearer …", "zh": "请发送令牌：Authorization: Bearer …"}
BAD_TOKEN: Final[Text] = {
    "en": "The token is not valid here, or no longer. Get a new one.",
    "zh": "令牌在此无效或已失效，请重新获取。",
}
UNKNOWN_ROLE: Final[Text] = {
    "en": "The token names no role that this API knows.",
    "zh": "令牌中的角色不被本接口识别。",
}
BAD_SUBJECT: Final[Text] = {
    "en": "The token names no subject that this API takes.",
    "zh": "令牌中的主体不被本接口接受。",
}
NO_ORGANISATION: Final[Text] = {
    "en": "A token of this role names the workshop or the fleet it belongs to.",
    "zh": "该角色的令牌必须注明所属的维修站或车队。",
}
NO_KEYS: Final[Text] = {
    "en": "The keys that tokens are checked with cannot be had now. Try again.",
    "zh": "暂时无法获取校验令牌所需的密钥，请重试。",
}
NOT_FOR_ROLE: Final[Text] = {
    "en": "This is not for the role of your token. docs/access.md says who may do what.",
    "zh": "您的令牌所属角色无权执行此操作。各角色的权限见 docs/access.md。",
}
NO_CAR: Final[Text] = {"en": "There is no such car, or it is not yours.", "zh": "没有该车辆，或该车辆不属于您。"}
NO_FINDING: Final[Text] = {
    "en": "This car has no such finding, or no longer.",
    "zh": "该车辆没有此故障结论，或其已失效。",
}
NO_ZONE: Final[Text] = {
    "en": "time_zone is no IANA name such as Europe/Berlin or UTC.",
    "zh": "time_zone 不是 IANA 时区名，例如 Asia/Shanghai 或 UTC。",
}
NO_BOOKING: Final[Text] = {
    "en": "There is no such booking, or it is not yours.",
    "zh": "没有该预约，或该预约不属于您。",
}
NO_CONSENT: Final[Text] = {
    "en": "There is no such consent, or it is not yours.",
    "zh": "没有该授权，或该授权不属于您。",
}
NO_REMINDER: Final[Text] = {
    "en": "There is no such reminder, or it is not yours.",
    "zh": "没有该提醒，或该提醒不属于您。",
}
NO_DUE_CALENDAR: Final[Text] = {
    "en": "There is no such calendar, or no longer. Get a new address: POST /v1/due-calendar-addresses.",
    "zh": "没有该日历，或其地址已失效。请获取新地址：POST /v1/due-calendar-addresses。",
}
NO_WORKSHOP: Final[Text] = {"en": "There is no such workshop.", "zh": "没有该维修站。"}
NO_MESSAGE: Final[Text] = {
    "en": "There is no such message in the quarantine.",
    "zh": "隔离区中没有该消息。",
}
OWN_WORKSHOP: Final[Text] = {
    "en": "You book at your own workshop alone. The owner may choose another.",
    "zh": "您只能在本维修站预约；车主可以选择其他维修站。",
}
UNKNOWN_WORK: Final[Text] = {
    "en": "A recommendation is not this car's, or no longer. Read what is due again.",
    "zh": "某项建议不属于该车辆或已失效，请重新读取到期项目。",
}
NOT_IN_CATALOGUE: Final[Text] = {
    "en": "The fault catalogue has no such id. Name one that the fault's causes or next tests show.",
    "zh": "故障目录中没有该标识。请使用该故障的原因或下一步检查中列出的标识。",
}
NO_FAULT: Final[Text] = {
    "en": "This car has no such fault. Read its faults again.",
    "zh": "该车辆没有此故障，请重新读取故障列表。",
}
NO_VISIT: Final[Text] = {
    "en": "No such visit of this car at your workshop has begun. Name the booking that the car is here for.",
    "zh": "该车辆在本维修站没有已开始的此次到店。请注明车辆本次到店的预约。",
}
OFF_GRAIN: Final[Text] = {
    "en": "A start lies on a multiple of 15 minutes.",
    "zh": "开始时间必须是 15 分钟的整数倍。",
}
SLOT_TAKEN: Final[Text] = {"en": "This time has just been taken.", "zh": "该时间刚刚被预约。"}
VEHICLE_BUSY: Final[Text] = {
    "en": "This car has another visit at that time. Move or cancel that one, or choose another time.",
    "zh": "该车辆在该时间已有另一个预约。请更改或取消该预约，或选择其他时间。",
}
HOLD_EXPIRED: Final[Text] = {
    "en": "The time was held and has run out. Search again.",
    "zh": "预留时间已到期，请重新查询。",
}
TOO_LATE_TO_CHANGE: Final[Text] = {
    "en": "It is too close to the visit to change it here. Call the workshop.",
    "zh": "距到店时间过近，无法在此更改，请致电维修站。",
}
STEP_NOT_ALLOWED: Final[Text] = {
    "en": "This step is not possible with the visit as it is, or not for you. `allowed` names those that are.",
    "zh": "当前状态下无法执行此步骤，或您无权执行。可执行的步骤见 allowed。",
}
LINES_NOT_ALL_NAMED: Final[Text] = {
    "en": "Name each open line of the estimate once, as approved or as declined. Read the visit again.",
    "zh": "请将报价单中每个未决项目恰好列出一次（同意或拒绝）。请重新读取本次到店信息。",
}
NOT_YET_MISSED: Final[Text] = {
    "en": "The visit has not begun yet: nobody has missed it.",
    "zh": "到店时间尚未开始，不能标记为未到店。",
}
VISIT_HAS_BEGUN: Final[Text] = {"en": "This visit has begun. Ask the workshop.", "zh": "到店服务已开始，请联系维修站。"}
IS_CANCELLED: Final[Text] = {
    "en": "This booking is cancelled. Book a new visit.",
    "zh": "该预约已取消，请重新预约。",
}
HAS_CHANGED: Final[Text] = {
    "en": "It has changed since it was read, or is not there yet. Read it again.",
    "zh": "该内容在读取之后已发生变化或尚不存在，请重新读取。",
}
NO_IF_MATCH: Final[Text] = {
    "en": "Send the ETag that you have read as If-Match.",
    "zh": "请将读取到的 ETag 作为 If-Match 发送。",
}
BAD_IF_MATCH: Final[Text] = {
    "en": "If-Match names no version. Send the ETag as it was read.",
    "zh": "If-Match 不是有效的版本，请按读取到的 ETag 发送。",
}
IN_FLIGHT: Final[Text] = {
    "en": "The first request with this key is being worked on. Try again.",
    "zh": "使用该键的首个请求正在处理，请重试。",
}
KEY_REUSED: Final[Text] = {
    "en": "This Idempotency-Key belongs to another request. Use a new one.",
    "zh": "该 Idempotency-Key 属于另一个请求，请使用新的键。",
}
EXPORTS_BUSY: Final[Text] = {
    "en": "As many exports run as may at once. Try again later.",
    "zh": "同时进行的导出已达上限，请稍后重试。",
}
NO_POSITIONS: Final[Text] = {
    "en": "Positions are personal data: only the car's owner may export them.",
    "zh": "位置属于个人数据，只有车主可以导出。",
}
BAD_SPAN: Final[Text] = {
    "en": "A consent ends after it starts, in the future, and a year after its start at the latest.",
    "zh": "授权的结束时间必须晚于开始时间、晚于现在，且最长为一年。",
}
TOO_MANY_CLAIMS: Final[Text] = {
    "en": "You have as many open claims as may be. Prove one, or wait until they end after ten minutes.",
    "zh": "未完成的认领已达上限。请先完成其中一个，或等待十分钟后失效。",
}
NO_CLAIM: Final[Text] = {
    "en": "There is no such claim, or it has ended. Begin a new one.",
    "zh": "没有该认领，或认领已失效，请重新发起。",
}
NOT_PROVEN: Final[Text] = {
    "en": "No car of ours has signed this claim. Let the car sign its number, with the certificate it has now.",
    "zh": "没有本系统的车辆为该认领签名。请让车辆用其当前证书对认领编号签名。",
}
OWNED: Final[Text] = {
    "en": "The car has an owner. They give it up first: DELETE /v1/vehicles/{vin}/ownership.",
    "zh": "该车辆已有车主，须由其先行放弃：DELETE /v1/vehicles/{vin}/ownership。",
}
NO_WEBHOOK: Final[Text] = {
    "en": "There is no such webhook, or it is not your organisation's.",
    "zh": "没有该 Webhook，或其不属于您的机构。",
}
NO_DELIVERY: Final[Text] = {"en": "This webhook has no such delivery.", "zh": "该 Webhook 没有此投递记录。"}
TOO_MANY_WEBHOOKS: Final[Text] = {
    "en": "Your organisation has as many webhooks as may be. End one first.",
    "zh": "贵机构的 Webhook 数量已达上限，请先停用一个。",
}
QUOTA_EXCEEDED: Final[Text] = {
    "en": "You have made as many requests as may be for now. Wait for as long as Retry-After says.",
    "zh": "您的请求次数已达上限，请按 Retry-After 等待后重试。",
}
NO_PLACE: Final[Text] = {
    "en": "A webhook goes to an https:// address without user, password and fragment, of 500 characters at most.",
    "zh": "Webhook 地址必须以 https:// 开头，不得包含用户名、密码或片段，且不超过 500 个字符。",
}
ALREADY_WAITING: Final[Text] = {
    "en": "This car waits at that workshop already. Leave that waiting list first, or wait.",
    "zh": "该车辆已在该维修站候补，请先退出候补或继续等待。",
}
BAD_WAIT: Final[Text] = {
    "en": "A wait ends after it starts, in the future, and within 90 days.",
    "zh": "候补的结束时间必须晚于开始时间、晚于现在，且在 90 天以内。",
}
NO_WAITING: Final[Text] = {"en": "This car does not wait there.", "zh": "该车辆没有此候补记录。"}
NO_SIGNAL: Final[Text] = {
    "en": "The car has told no such signal. Choose one of its list.",
    "zh": "该车没有上报此信号，请从列表中选择。",
}
NO_BAY: Final[Text] = {"en": "Your workshop has no such bay.", "zh": "您的维修站没有该工位。"}
NO_CALENDAR: Final[Text] = {
    "en": "There is no such calendar, or its address was taken back.",
    "zh": "没有该日历，或其地址已被撤销。",
}
BAD_END: Final[Text] = {
    "en": "A visit ends after it begins, in the future, and a day after its beginning at the latest.",
    "zh": "到店服务的结束时间必须晚于开始时间、晚于现在，且最长为一天。",
}
