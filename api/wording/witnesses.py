"""Wording about witnesses: how many have cosigned, what is wrong with a policy, what to do."""

from __future__ import annotations

NO_WITNESSES = "Свидетели журнала не назначены."
ALARM = (
    "Свидетель видел другой журнал этого дома, чем лежит в базе. Остановите сервер и сверьте базу "
    "с его контрольной точкой: похоже, восстановлена старая копия или записи изменены."
)
_POLICY_FAULTS = {
    "too_long": "файл слишком велик",
    "not_utf8": "файл не в кодировке UTF-8",
    "no_final_newline": "последняя строка не окончена переводом строки",
    "control_character": "недопустимый управляющий знак",
    "unknown_keyword": "строка начинается не с log, witness, group или quorum",
    "number_of_words": "в строке не столько слов, сколько нужно",
    "key_for_another_use": "ключ не того вида: у свидетеля он вида 04, у журнала — 01",
    "key_twice": "этот ключ уже назван выше",
    "name_taken": "это имя уже занято",
    "name_unknown": "выше нет свидетеля или группы с таким именем",
    "member_twice": "свидетель или группа уже состоит в группе",
    "threshold": "число голосов группы должно быть от 1 до числа её членов, any или all",
    "not_a_web_address": "адрес должен начинаться с https:// или http://",
    "no_quorum": "нет строки quorum",
    "quorum_twice": "строка quorum повторена",
    "unknown_algorithm": "ключи этого вида программа не проверяет; нужен Ed25519",
}


def policy_fault(reason: str, where: str) -> str:
    """Say what is wrong with a policy file, and in which line."""
    place = where.replace("line", "строка")
    return f"{place}: {_POLICY_FAULTS.get(reason, f'ключ не читается ({reason})')}"


def witnessed_text(cosigned: int, known: int, size: int | None, head: int) -> str:
    """Say how far the witnesses have come; the size is that of the newest quorum."""
    if size is None:
        return f"Пока не засвидетельствовано: подписали {cosigned} из {known}, кворума нет."
    behind = f"первые {size} из {head} записей" if size < head else f"все записи, их {size}"
    return f"Засвидетельствовано {cosigned} из {known}: {behind}."
