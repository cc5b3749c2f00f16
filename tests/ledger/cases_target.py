"""Examples for the codes from the listing to the admission form: V09 to V18."""

from tests.ledger.cases import Case, case

LISTED = "2026-06-12"  # under the new rules; notice from 2026-05-27 to 2026-06-11, consent on 2026-05-26

YEAR: tuple[Case, ...] = (
    case("V09: twelve months later is right", "", 8, activist="2020-03-10", listed="2021-03-10"),
    case("V09: a day less is not", "V09 7", 8, activist="2020-03-10", listed="2021-03-09"),
    case("V09: under the new rules too", "V09 7", 8, activist="2025-06-13", listed=LISTED),
    case("V09: from a leap day to 28 February", "", 8, activist="2020-02-29", listed="2021-02-28"),
    case("V09: from a leap day to 27 February", "V09 7", 8, activist="2020-02-29", listed="2021-02-27"),
    case("V09: from 28 February to a leap year's 28th", "", 8, activist="2023-02-28", listed="2024-02-28"),
    case(
        "V09: before the decision is out of order besides",
        "V09 7, V46 8",
        8,
        {"推荐时间": "2021-05-01", "确定积极分子时间": "2021-05-02", "积极分子备案时间": "2021-05-03"},
        listed="2021-05-01",
    ),
    case("V09: silent without an activist date", "", 8, {"确定积极分子时间": ""}, listed="2021-04-01"),
    case("V10-missing: a discussion presupposes it", "V10-missing 7", 7, {"听取意见时间": ""}),
    case(
        "V10-missing: the listing does, without a discussion",
        "V10-missing 7",
        25,
        {"听取意见时间": "", "支委会讨论发展对象时间": ""},
    ),
    case("V10-missing: step 8 does too", "V10-missing 7", 8, {"听取意见时间": "", "支委会讨论发展对象时间": ""}),
    case("V10-missing: not while neither stands", "", 7, {"听取意见时间": "", "支委会讨论发展对象时间": ""}),
    case("V10-missing: a missing discussion has no code", "", 25, {"支委会讨论发展对象时间": ""}),
    case(
        "V10-late: on the same day is right",
        "",
        25,
        {"听取意见时间": "2021-03-01", "支委会讨论发展对象时间": "2021-03-01"},
    ),
    case(
        "V10-late: a day later is not",
        "V10-late 7",
        25,
        {"听取意见时间": "2021-03-02", "支委会讨论发展对象时间": "2021-03-01"},
    ),
    case("V10-late: silent without a discussion", "", 25, {"听取意见时间": "2023-03-02", "支委会讨论发展对象时间": ""}),
)


def notice(title: str, expected: str, start: str, end: str, listed: str = LISTED, **changes: str) -> Case:
    """Make an example of a listing after such a notice, the consent given on 2026-04-20 unless changed."""
    cells = {"上级党委同意时间": "2026-04-20", "公示开始": start, "公示结束": end, **changes}
    return case(title, expected, 8, cells, listed=listed)


NOTICE: tuple[Case, ...] = (
    case("V11-consent: on the day the notice began is right", "", 8, {"上级党委同意时间": "2026-05-27"}, listed=LISTED),
    case("V11-consent: a day later", "V11-consent 8", 8, {"上级党委同意时间": "2026-05-28"}, listed=LISTED),
    case("V11-consent: blank", "V11-consent 8", 8, {"上级党委同意时间": ""}, listed=LISTED),
    notice("V11-consent: without a notice, the listing day is right", "V11-notice 8", "", "", 上级党委同意时间=LISTED),
    notice(
        "V11-consent: without a notice, a day after listing",
        "V11-notice 8, V11-consent 8",
        "",
        "",
        上级党委同意时间="2026-06-13",
    ),
    notice(
        "V11-consent: with an end alone the listing day is what counts",
        "V11-notice 8",
        "",
        "2026-06-11",
        上级党委同意时间=LISTED,
    ),
    case("V11-consent: the old rules wanted filing", "", 8, {"上级党委同意时间": ""}, listed="2026-05-10"),
    case(
        "V11-consent: the last old day, filed afterwards",
        "",
        8,
        {"上级党委同意时间": "2026-06-01"},
        listed="2026-05-10",
    ),
    notice("V11: the first new day, with a notice before it", "", "2026-04-27", "2026-05-10", "2026-05-11"),
    notice("V11: the first new day, without a notice", "V11-notice 8", "", "", "2026-05-11"),
    notice(
        "V11: the first new day, without consent",
        "V11-consent 8",
        "2026-04-27",
        "2026-05-10",
        "2026-05-11",
        上级党委同意时间="",
    ),
    notice("V11: the last old day, without a notice", "", "", "", "2026-05-10"),
    notice("V11-notice: an old custom's length is not judged", "", "2026-05-08", "2026-05-09", "2026-05-10"),
    notice("V11-listing: nor is listing within it", "", "2026-05-04", "2026-05-20", "2026-05-10"),
    notice("V11-notice: five working days", "", "2026-06-01", "2026-06-05"),
    notice("V11-notice: four working days", "V11-notice 8", "2026-06-02", "2026-06-05"),
    notice("V11-notice: a weekend adds nothing", "V11-notice 8", "2026-06-02", "2026-06-07"),
    notice("V11-notice: the weekend and a Monday do", "", "2026-06-02", "2026-06-08"),
    notice("V11-notice: one day", "V11-notice 8", "2026-06-05", "2026-06-05"),
    notice("V11-notice: ends before it begins", "V11-notice 8", "2026-06-05", "2026-05-25"),
    notice("V11-notice: no begin", "V11-notice 8", "", "2026-06-11"),
    notice("V11-notice: no end", "V11-notice 8", "2026-05-27", ""),
    notice("V11-notice: Labour Day, four of nine days", "V11-notice 8", "2026-04-30", "2026-05-08", "2026-05-12"),
    notice("V11-notice: with the make-up Saturday after it five", "", "2026-04-30", "2026-05-09", "2026-05-12"),
    notice("V11-listing: on the last day of the notice", "V11-listing 8", "2026-05-27", "2026-06-12"),
    notice("V11-listing: before it", "V11-listing 8", "2026-05-27", "2026-06-15"),
    notice("V11-listing: the day after", "", "2026-05-27", "2026-06-11"),
    notice("V11-listing: an end alone suffices to judge", "V11-listing 8, V11-notice 8", "", "2026-06-12"),
    notice(
        "V11: silent while not listed",
        "",
        "2026-06-10",
        "2026-06-11",
        列为发展对象时间="",
        上级党委同意时间="",
        培养考察时间="2025-10-23 2026-03-23 2026-08-23",
    ),
)


def sponsors(title: str, expected: str, first: str, second: str, listed: str = "2021-06-15", stage: int = 17) -> Case:
    """Make an example of a person listed on a day with these sponsors."""
    if listed >= "2026-05-10":
        stage = 10
    return case(title, expected, stage, {"入党介绍人1": first, "入党介绍人2": second}, listed=listed)


SPONSORS: tuple[Case, ...] = (
    sponsors("V13-count: none", "V13-count 9", "", ""),
    sponsors("V13-count: one", "V13-count 9", "陈明远", ""),
    sponsors("V13-count: one in the second column", "V13-count 9", "", "陈明远"),
    sponsors("V13-count: twice the same", "V13-count 9", "陈明远", "陈 明远"),
    sponsors("V13-count: twice the same with another dot", "V13-count 9", "买买提·艾力", "买买提•艾力"),
    sponsors("V13-count: not before the committee examines", "", "", "", stage=11),
    sponsors("V13-count: from then on", "V13-count 9", "陈明远", "", stage=12),
    case("V13-count: without a listing day too", "V13-count 9", 17, {"入党介绍人2": "", "列为发展对象时间": ""}),
    sponsors("V13-member: full since that day", "", "陈明远", "那天转正"),
    sponsors("V13-member: full the day after", "V13-member 9", "陈明远", "次日转正"),
    sponsors("V13-member: two wrong ones are one finding", "V13-member 9", "预备一人", "次日转正"),
    sponsors("V13-member: not on the roster", "V13-member 9", "查无此人", "陈明远"),
    sponsors("V13-member: probationary", "V13-member 9", "预备一人", "陈明远", LISTED),
    sponsors("V13-member: namesakes, one of them full", "", "同名有一", "陈明远"),
    sponsors("V13-member: namesakes, none of them full", "V13-member 9", "同名皆非", "陈明远"),
    sponsors("V13-member: the own branch first, to harm", "V13-member 9", "本部预备", "陈明远"),
    sponsors("V13-member: the own branch first, to help", "", "本部正式", "陈明远"),
    sponsors("V13-member: before step 12 as well, and with one sponsor", "V13-member 9", "预备一人", "", stage=9),
    case("V13-member: silent without a listing day", "", 17, {"入党介绍人2": "查无此人", "列为发展对象时间": ""}),
    sponsors("V13-standing: from the first day", "V13-standing 9", "留察旧首", "陈明远"),
    sponsors("V13-standing: to the last day", "V13-standing 9", "陈明远", "留察旧末"),
    sponsors("V13-standing: over the day before", "", "陈明远", "留察旧前"),
    sponsors("V13-standing: without an end it still runs", "V13-standing 9", "陈明远", "留察未止"),
    sponsors("V13-standing: new rules, first day", "V13-standing 9", "留察首日", "陈明远", LISTED),
    sponsors("V13-standing: new rules, not yet begun", "", "留察次日", "陈明远", LISTED),
    sponsors("V13-standing: new rules, last day", "V13-standing 9", "留察末日", "陈明远", LISTED),
    sponsors("V13-standing: new rules, over", "", "留察前日", "陈明远", LISTED),
    sponsors("V13-standing: namesakes, all of them", "V13-standing 9", "同名皆察", "陈明远", LISTED),
    sponsors("V13-penalty: the old rules have no such clause", "", "警告旧时", "陈明远"),
    sponsors("V13-penalty: from the first day", "V13-penalty 9 soft", "警告首日", "陈明远", LISTED),
    sponsors("V13-penalty: not yet begun", "", "警告次日", "陈明远", LISTED),
    sponsors("V13-penalty: to the last day", "V13-penalty 9 soft", "陈明远", "严重末日", LISTED),
    sponsors("V13-penalty: over the day before", "", "陈明远", "严重前日", LISTED),
    sponsors("V13-penalty: without an end it still runs", "V13-penalty 9 soft", "陈明远", "撤职未止", LISTED),
    sponsors("V13-penalty: without an end but not begun", "", "陈明远", "撤职未始", LISTED),
    sponsors("V13-penalty: two are one finding", "V13-penalty 9 soft", "警告首日", "严重末日", LISTED),
    sponsors(
        "V13-penalty: beside another's worse one", "V13-penalty 9 soft, V13-standing 9", "警告首日", "留察首日", LISTED
    ),
    sponsors("V13-penalty: namesakes, one without", "", "同名一罚", "陈明远", LISTED),
    sponsors("V13-penalty: namesakes, each with one", "V13-penalty 9 soft", "同名皆罚", "陈明远", LISTED),
    sponsors("V13: namesakes with different kinds prove neither", "", "同名异罚", "陈明远", LISTED),
    sponsors("V13-penalty: the own branch goes first", "", "本部无罚", "陈明远", LISTED),
    sponsors("V13-penalty: listed on the last old day", "", "撤职未止", "陈明远", "2026-05-10"),
    sponsors("V13-penalty: listed on the first new day", "V13-penalty 9 soft", "撤职未止", "陈明远", "2026-05-11"),
)


def gate(title: str, expected: str, stage: int = 25, **changes: str | int) -> Case:
    """Make an example around a pre-review of 2021-06-20 (the meeting on 2021-07-10)."""
    return case(title, expected, stage, changes, listed="2021-06-01", pre_review="2021-06-20", meeting="2021-07-10")


PREPARATION: tuple[Case, ...] = (
    gate("V14-missing: no date", "V14-missing 10", 政审结论时间=""),
    gate("V14-missing: no outcome", "V14-missing 10", 政审结论=""),
    gate("V14-missing: neither is one finding", "V14-missing 10", 政审结论时间="", 政审结论=""),
    gate("V14-missing: from step 12 on", "V14-missing 10", 12, 政审结论时间="", 政审结论=""),
    gate("V14-missing: not while in training", "", 11, 政审结论时间="", 政审结论=""),
    gate("V14-late: on the day of the pre-review", "", 政审结论时间="2021-06-20"),
    gate("V14-late: a day later", "V14-late 10", 政审结论时间="2021-06-21"),
    gate("V14-late: without a pre-review, on the day of the meeting", "", 政审结论时间="2021-07-10", 预审通过时间=""),
    gate("V14-late: without a pre-review, the day after", "V14-late 10", 政审结论时间="2021-07-11", 预审通过时间=""),
    gate("V14-late: silent without a gate", "", 政审结论时间="2023-01-01", 预审通过时间="", 接收大会时间=""),
    gate("V14-fail: the case went on", "V14-fail 10", 政审结论="不合格"),
    gate("V14-fail: a pre-review suffices", "V14-fail 10", 13, 政审结论="不合格"),
    gate("V14-fail: it stopped before the pre-review", "", 12, 政审结论="不合格"),
    gate("V14-fail: and no date of it", "V14-fail 10, V14-missing 10", 政审结论="不合格", 政审结论时间=""),
    gate("V16-missing: no end of training", "V16-missing 11 soft", 培训结束=""),
    gate("V16-missing: none at all", "V16-missing 11 soft", 培训开始="", 培训结束="", 培训学时=""),
    gate("V16-missing: from step 12 on", "V16-missing 11 soft", 12, 培训结束=""),
    gate("V16-missing: not while in training", "", 11, 培训结束=""),
    gate("V16-late: on the day of the pre-review", "", 培训结束="2021-06-20", 支委会审查时间="2021-06-20"),
    gate(
        "V16-late: a day later, and the committee before it",
        "V16-late 11 soft, V17-early 12",
        培训结束="2021-06-21",
        支委会审查时间="2021-06-20",
    ),
    gate(
        "V16-late: without a pre-review, the day after the meeting",
        "V16-late 11 soft, V17-early 12",
        预审通过时间="",
        培训结束="2021-07-11",
    ),
    gate("V16-late: silent without a gate", "V17-early 12", 培训结束="2021-07-11", 预审通过时间="", 接收大会时间=""),
    gate("V16-short: two days and 23 hours", "V16-short 11 soft", 培训开始="2021-06-06", 培训学时=23),
    gate("V16-short: three days suffice", "", 培训开始="2021-06-05", 培训学时=1),
    gate("V16-short: 24 hours suffice", "", 培训开始="2021-06-07", 培训学时=24),
    gate("V16-short: blank hours are none", "V16-short 11 soft", 培训开始="2021-06-06", 培训学时=""),
    gate("V16-short: blank hours, three days", "", 培训开始="2021-06-05", 培训学时=""),
    gate("V16-short: a blank begin is no day", "V16-short 11 soft", 培训开始="", 培训学时=23),
    gate("V16-short: a blank begin, 24 hours", "", 培训开始="", 培训学时=24),
    gate("V16-short: a begin after the end", "V16-short 11 soft", 培训开始="2021-06-09", 培训学时=8),
    gate("V16-short: silent without an end", "", 11, 培训结束="", 培训学时=8),
    gate("V16-short: judged as soon as it ended", "V16-short 11 soft", 11, 培训开始="2021-06-07", 培训学时=8),
    gate("V17-missing: a pre-review presupposes it", "V17-missing 12", 13, 支委会审查时间=""),
    gate("V17-missing: not before", "", 12, 支委会审查时间=""),
    gate("V17-late: on the day of the pre-review", "", 支委会审查时间="2021-06-20"),
    gate("V17-late: a day later", "V17-late 12", 支委会审查时间="2021-06-21"),
    gate("V17-late: without a pre-review, on the day of the meeting", "", 支委会审查时间="2021-07-10", 预审通过时间=""),
    gate("V17-late: without a pre-review, the day after", "V17-late 12", 支委会审查时间="2021-07-11", 预审通过时间=""),
    gate("V17-early: on the day training ended", "", 支委会审查时间="2021-06-07"),
    gate("V17-early: a day before", "V17-early 12", 支委会审查时间="2021-06-06"),
    gate(
        "V17-early: silent without an end of training", "V16-missing 11 soft", 支委会审查时间="2021-06-01", 培训结束=""
    ),
    gate("V18: on the day of the pre-review", "", 志愿书填写时间="2021-06-20"),
    gate("V18: a day before", "V18 14", 志愿书填写时间="2021-06-19"),
    gate("V18: silent without a form", "", 志愿书填写时间=""),
    gate(
        "V18: silent without a pre-review; the meeting is no substitute",
        "",
        志愿书填写时间="2021-06-01",
        预审通过时间="",
    ),
)

CASES = (*YEAR, *NOTICE, *SPONSORS, *PREPARATION)
