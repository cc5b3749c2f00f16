"""What a password must be: pure rules, chosen by the operator for the whole installation."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType

from workflow.errors import Text, WorkflowError

LONGEST = 128  # signs; nobody types more, and what is hashed has a bound
SHORTEST_PART = 4  # signs of a login from which on a password must not even contain it
FEWEST_DIFFERENT = 5  # signs: fewer are one key held down, or a few in turns
CLASSES = 4
COMMON = frozenset({  # the head of published lists, as far as it is long enough to pass otherwise, with local habits
    "0123456789", "01234567890", "012345678910", "1q2w3e4r5t6y", "1q2w3e4r5t6y7u", "1qaz2wsx3edc", "1qaz2wsx3edc4rfv",
    "123123123123", "12341234abcd", "1234567890", "12345678901", "123456789012", "1234567890123", "1234567890abc",
    "123456789abc", "123456789abcdef", "1234567890qwe", "123456789qwe", "1234567891", "12345678910", "123456789123",
    "1234qwerasdf", "123qweasdzxc", "9876543210", "987654321098", "abc123456789", "abcd12345678", "abcd123456",
    "abcdefghijkl", "abcdefghijklmn", "admin12345678", "admin123456", "admin1234567", "administrator", "aa123456789",
    "asdfghjkl123", "asdfghjklqwertyuiop", "changeme123", "changeme1234", "dangjian123", "dangyuan123", "hello1234567",
    "iloveyou123", "iloveyou1314", "iloveyou1234", "letmein12345", "p@ssw0rd1234", "passw0rd1234", "password1234",
    "password12345", "password123456", "password123", "qazwsxedcrfv", "qazwsxedc123", "qq123456789", "qwer12345678",
    "qwertyuiop12", "qwertyuiop123", "qwertyuiop", "qwertyuiopasdf", "qwertyuiopasdfghjkl", "qwerty123456",
    "root12345678", "welcome12345", "woaini1314520", "woaini123456", "woaini5201314", "xiaoming1234", "zaq12wsxcde3",
    "zhonggong123", "zhongguo123", "zhongguo1234", "zhongguo1949", "zxcvbnm12345", "zxcvbnm123456", "zxcvbnmasdfghjkl",
})  # fmt: skip


class WeakPassword(WorkflowError):  # noqa: N818 - errors are named as facts
    """A password is not good enough; ``reasons`` holds every one of its faults."""

    def __init__(self, reasons: tuple[Text, ...], remedy: Text) -> None:
        """Keep the reasons as data and say them all."""
        self.reasons = reasons
        zh, en = "；".join(one.zh for one in reasons), "; ".join(one.en for one in reasons)
        super().__init__(Text(f"这个密码不能用：{zh}", f"this password cannot be used: {en}"), remedy)


@dataclass(frozen=True, slots=True)
class Profile:
    """What is asked of a password: how many signs, of how many of the four kinds, and for how long it is used."""

    shortest: int
    classes: int = 1
    lasts: timedelta | None = None  # None: until it is changed

    def __post_init__(self) -> None:
        """Refuse what no password could fulfil."""
        if not 1 <= self.shortest <= LONGEST or not 1 <= self.classes <= CLASSES:
            raise ValueError(f"no password has {self.shortest} signs of {self.classes} kinds")


PROFILES: Mapping[str, Profile] = MappingProxyType(
    {"plain": Profile(shortest=12), "graded": Profile(shortest=10, classes=3, lasts=timedelta(days=90))}
)


def demand(profile: str) -> Text:
    """Return what a password must be, in one sentence for the form."""
    asked = PROFILES[profile]
    zh, en = f"至少 {asked.shortest} 个字符", f"at least {asked.shortest} characters"
    if asked.classes > 1:
        zh += f"，含大写字母、小写字母、数字、其他符号中的 {asked.classes} 类"
        en += f", {asked.classes} of these kinds: capital letters, small letters, digits, other signs"
    zh += "，不含登录名和姓名，也不是常见密码"
    en += "; it contains neither login nor name and is not a common one"
    if asked.lasts is not None:
        zh, en = f"{zh}；每 {asked.lasts.days} 天更换", f"{en}; to be changed every {asked.lasts.days} days"
    return Text(zh, en)


def check(profile: str, password: str, login: str, name: str) -> None:
    """Raise WeakPassword, with every reason at once, for a password that an account must not have."""
    if reasons := tuple(_reasons(PROFILES[profile], plain(password), login, name)):
        wanted = demand(profile)
        raise WeakPassword(reasons, Text(f"密码要求：{wanted.zh}", f"a password has {wanted.en}"))


def plain(password: str) -> str:
    """Return a password as it is compared: the same signs from every keyboard, half characters replaced."""
    whole = password.encode("utf-8", "replace").decode()
    return unicodedata.normalize("NFKC", whole)


def _reasons(asked: Profile, password: str, login: str, name: str) -> Iterator[Text]:
    if len(password) < asked.shortest:
        yield Text(f"不足 {asked.shortest} 个字符", f"it has fewer than {asked.shortest} characters")
    if len(password) > LONGEST:
        yield Text(f"超过 {LONGEST} 个字符", f"it has more than {LONGEST} characters")
    if any(unicodedata.category(sign).startswith("C") for sign in password):
        yield Text("含有不可见字符", "it contains signs that cannot be seen")
    if _classes(password) < asked.classes and password:
        yield Text(
            f"大写字母、小写字母、数字、其他符号不足 {asked.classes} 类",
            f"it has fewer than {asked.classes} of capital letters, small letters, digits and other signs",
        )
    if _names(password, login, name):
        yield Text("含有登录名或者姓名", "it contains the login or the name")
    bare = "".join(sign for sign in password.casefold() if sign.isalnum())
    if password.casefold() in COMMON or bare in COMMON or len(set(password)) < FEWEST_DIFFERENT:
        yield Text("是常见的密码", "it is a common one")


def _classes(password: str) -> int:
    upper, lower = any(map(str.isupper, password)), any(map(str.islower, password))
    digit = any(map(str.isdecimal, password))
    other = any(not (sign.isupper() or sign.islower() or sign.isdecimal()) for sign in password)
    return upper + lower + digit + other


def _names(password: str, login: str, name: str) -> bool:
    """Tell whether a password is, or plainly contains, the login or the name of whoever has it."""
    said = password.casefold()
    known, called = plain(login).casefold(), "".join(plain(name).split()).casefold()
    if said in {known, called}:
        return True
    return (len(known) >= SHORTEST_PART and known in said) or (len(called) > 1 and called in said)
