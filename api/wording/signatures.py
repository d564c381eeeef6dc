"""Wording of electronic signatures: what was checked, what was not, and why one is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from api.refusals import SignatureFalse, SignatureUnreadable
from api.wording.russian import Explained, explained
from domain.refusals import SignatureAttachedAlready, SignatureTargetUnknown

if TYPE_CHECKING:
    from collections.abc import Mapping

OfSignature = (
    SignatureTargetUnknown | SignatureAttachedAlready | SignatureUnreadable | SignatureFalse
)

CHECKED: Mapping[str, str] = {
    "digest": "хеш документа совпадает с тем, который подписан",
    "signature": "подпись математически верна для ключа из сертификата",
    "signing_certificate": "в подписанных сведениях назван именно этот сертификат (CAdES-BES)",
    "key_usage": "сертификат предназначен для подписи документов",
    "self_signed": "сертификат подписан собственным ключом",
    "issuer_in_file": "сертификат подписан издателем, сертификат которого приложен к подписи",
    "claimed_time_in_term": "заявленное время подписания попадает в срок действия сертификата",
}
NOT_CHECKED: Mapping[str, str] = {
    "chain": "цепочка до аккредитованного удостоверяющего центра не проверена",
    "revocation": "не проверено, был ли сертификат отозван",
    "qualified": "не проверено, является ли подпись квалифицированной",
    "time": "время подписания заявлено подписавшим и не подтверждено",
    "authority": "полномочия подписавшего не проверены",
    "issuer": "подпись издателя на сертификате не проверена: его сертификат к подписи не приложен",
    "signing_certificate": "сертификат не назван в подписанных сведениях, его подмена возможна",
    "key_usage": "в сертификате не указано, для чего предназначен ключ",
    "time_stamp": "к подписи приложен штамп времени, он не проверен",
}
REMARKS: Mapping[str, str] = {
    "outside_term": "заявленное время подписания не попадает в срок действия сертификата",
    "no_claimed_time": "время подписания не указано",
    "no_signed_attributes": "подпись поставлена без сведений о времени и сертификате",
    "self_signed": "сертификат выдан самому себе, удостоверяющего центра за ним нет",
}

_UNSUPPORTED: Mapping[str, str] = {
    "not_signed_data": "это файл CMS другого вида, а не подпись",
    "attached_content": "в файле подписи лежит сам документ, а нужна отсоединённая подпись",
    "content_too_long": "документ слишком велик для проверки подписи",
    "no_signer": "в файле нет ни одной подписи",
    "no_certificate": "в файле нет сертификата подписавшего",
    "digest_algorithm": "алгоритм хеширования здесь не проверяется",
    "signature_algorithm": "алгоритм подписи здесь не проверяется",
    "key_algorithm": "вид ключа здесь не проверяется",
    "curve": "параметры ключа здесь не проверяются",
    "key_length": "длина ключа не подходит",
    "attributes_as_content": "содержимое документа само похоже на подписанные сведения",
}
_MALFORMED: Mapping[str, str] = {
    "empty": "файл пуст",
    "too_long": "файл слишком велик для подписи",
    "not_base64": "это не файл подписи: ни DER, ни PEM, ни base64",
    "truncated": "файл обрывается",
    "algorithms_differ": "сведения внутри подписи противоречат друг другу",
    "attribute_missing": "в подписи нет обязательных сведений",
    "key_malformed": "ключ в сертификате записан с ошибкой",
    "key_not_on_curve": "ключ в сертификате невозможен",
}
_DAMAGED = "файл повреждён или составлен не по правилам"
_FALSE: Mapping[str, str] = {
    "digest_differs": "Подписан другой документ или документ изменён после подписания.",
    "signature_false": "Подпись не соответствует ключу из сертификата.",
    "certificate_differs": "Подписавший назвал другой сертификат, чем приложен к подписи.",
    "certificate_ambiguous": "К подписи приложены разные сертификаты с одним и тем же номером.",
    "certificate_signature_false": "Подпись издателя на сертификате неверна.",
    "key_usage_forbids": "Сертификат выдан не для подписи документов.",
}


def why_unreadable(reason: str) -> str:
    """Say in a few words why a signature file is not read."""
    return _UNSUPPORTED.get(reason) or _MALFORMED.get(reason, _DAMAGED)


def why_false(reason: str) -> str:
    """Say in a sentence why a signature does not hold."""
    return _FALSE[reason]


def of_signature(reason: OfSignature) -> Explained:
    """Word a refusal about an electronic signature."""
    match reason:
        case SignatureTargetUnknown():
            title = "Это не документ собрания"
            text = (
                "Подпись прикладывают к файлу протокола, скану решения собственника или к "
                "подтверждению сообщения; файла с такой контрольной суммой среди них нет."
            )
            remedy = "Проверьте контрольную сумму документа на странице собрания."
        case SignatureAttachedAlready():
            title = "Подпись уже приложена"
            text = "Эта подпись под этим документом уже записана."
            remedy = "Повторять не нужно: посмотрите список подписей собрания."
        case SignatureUnreadable(why):
            title = "Подпись не прочитана"
            text = f"Файл подписи не проверен: {why_unreadable(why)}."
            remedy = (
                "Сделайте отсоединённую подпись с сертификатом (КриптоПро, Госключ) и приложите "
                "файл с окончанием «.sig» или «.p7s»."
            )
        case SignatureFalse(why):
            title = "Подпись не подходит к документу"
            text = f"{_FALSE[why]} Подпись не записана."
            remedy = "Подпишите тот самый файл, который скачан со страницы собрания, и повторите."
        case _:
            assert_never(reason)
    return explained(reason, title, text, remedy)
