"""Turned away at the door: the modes of places and firewalls."""

import re

from cometplay.core.findings import ModeClass, Rank, Reproduction, Retryable, Sighting
from cometplay.core.transcript import Transcript
from cometplay.failures import plays, signs, tables
from cometplay.failures.combine import one_of
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import ERROR_PAGE, OBSERVED
from cometplay.failures.tables import Row

_PLACE = r"(?:country|region|location|area|territory)"

REGION_BLOCKED = FailureMode(
    id="http.region-blocked",
    cls=ModeClass.HARD,
    title="Not available in your region",
    meaning="The provider does not serve the place that this request came from, or came through.",
    cause="The provider sees the address of the gateway, your server or your VPN, and bars its country.",
    fixes=(
        "Take a model of another provider; the gateway's list has several of each kind.",
        "Turn the VPN off, or let the server run in another region, and look at its public address.",
        "Tell support the model and the request id if the gateway's own address seems to be barred.",
    ),
    not_when=NotWhen(
        "A page came back and no JSON: then it was a firewall, which looks at more than countries.",
        "http.blocked-at-edge",
    ),
    source=OBSERVED,
    row=Row(tables.ERROR_CODES, "unsupported_country_region_territory"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.error(
        codes=(
            *("unsupported_country_region_territory", "unsupported_country", "unsupported_region"),
            *("region_not_supported", "country_not_supported", "location_not_supported", "region_blocked"),
            *("country_blocked", "unsupported_location"),
        ),
        phrases=(
            *("country, region, or territory not supported", "user location is not supported"),
            *(
                "from unsupported countr",
                "unsupported country",
                "地区不支持",
                "地区不受支持",
                "不支持的国家",
                "不支持的地区",
            ),
            *("不支持您所在", "所在地区", "所在国家"),
        ),
        patterns=(
            rf"not (?:currently )?(?:available|supported|allowed) (?:in|for|from) your (?:\w+ )?{_PLACE}",
            rf"your {_PLACE} (?:is|has been) (?:not|block|restrict|unsupported)",
        ),
        needs="allowed|available|supported|your ",
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(
            plays.refused(
                403,
                "Country, region, or territory not supported",
                code="unsupported_country_region_territory",
                kind="request_forbidden",
            )
        ),
    ),
)

_WALL = (
    r"just a moment|attention required|checking your browser|security checkpoint|ddos-guard|request rejected"
    r"|you have been blocked|_cf_chl_opt|cf-browser-verification|_incapsula_resource|request unsuccessful"
    r"|enable javascript and cookies to continue|requested url was rejected|web application firewall"
    r"|mod_security|sucuri website firewall|safeline"
    r"|访问被阻断|访问被拦截|已被拦截|设置拦截|网站防火墙|人机验证"
)
"""Words of challenge and firewall pages that no console's own page holds."""

_WALL_CODE = r"\berror (?:code:? ?)?10(?:0[5-9]|1[0-2]|20)\b"
"""Cloudflare's refusals: by rate no, by address, browser, country or rule (1005 to 1012, 1020)."""

_HEAD = 65_536


def _wall(transcript: Transcript) -> Sighting | None:
    """A page that challenges or refuses, and any page under a 403, which no API writes (9.2, row 15)."""
    last = transcript.last
    if last is None or last.fault or last.reading.is_json or last.reading.stream:
        return None
    text = last.reading.text[:_HEAD].lower()
    if last.reading.page and re.search(_WALL, text):
        return Sighting((), Rank.SPECIFIC)
    if re.match(r"\s*" + _WALL_CODE, text):
        return Sighting(signs.evidence_of(last, whole=True), Rank.SPECIFIC)
    page = last.reading.page and last.status == 403  # noqa: PLR2004  the status is the sign
    return Sighting((), Rank.STATUS) if page else None


BLOCKED_AT_EDGE = FailureMode(
    id="http.blocked-at-edge",
    cls=ModeClass.HARD,
    title="Stopped by a firewall",
    meaning="Something in front of the API answered, with a challenge for browsers or a plain refusal.",
    cause="A VPN or data-centre address of bad repute, an odd user agent, or a word that a rule dislikes.",
    fixes=(
        "Send from another network, without VPN or proxy, to see whether the address is the reason.",
        "Send a usual user agent; an empty one, or that of a scraper, is often turned away.",
        "Shorten the prompt to one harmless line: firewalls read bodies too, and dislike code in them.",
        "Give support the Ray id of the page and the time.",
    ),
    not_when=NotWhen(
        "JSON came back, and it speaks of countries or territories.",
        "http.region-blocked",
    ),
    source=ERROR_PAGE,
    row=Row(tables.HTTP_STATUS, "403"),
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=one_of(
        _wall,
        signs.error(
            phrases=(
                *("just a moment...", "attention required! | cloudflare", "you have been blocked"),
                *("enable javascript and cookies to continue", "web application firewall", "访问被阻断"),
                *("防火墙拦截", "blocked by waf", "waf拦截", "waf 拦截"),
            ),
            patterns=(_WALL_CODE,),
        ),
    ),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.play(plays.page(403, "Just a moment...")),
    ),
)

MODES = (REGION_BLOCKED, BLOCKED_AT_EDGE)
