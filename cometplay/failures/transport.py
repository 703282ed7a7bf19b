"""No whole answer: the modes below HTTP."""

from cometplay.core.events import Fault
from cometplay.core.findings import (
    Breakage,
    Listen,
    ModeClass,
    Reproduction,
    Retryable,
    Script,
)
from cometplay.failures import plays, signs
from cometplay.failures.mode import ALL_KINDS, FailureMode, NotWhen
from cometplay.failures.source import GUIDE, OBSERVED

CONNECT = FailureMode(
    id="transport.connect",
    cls=ModeClass.TRANSPORT,
    title="Could not connect",
    meaning="No connection to the host came about, so nothing was sent and nothing can be billed.",
    cause="A wrong host or port, no network, a name that does not resolve, or a proxy in between.",
    fixes=(
        "Check the base URL letter by letter; the gateway's is https://api.cometapi.com/v1.",
        "Open the host with curl from the same machine, to tell the network from the program.",
        "Look at HTTPS_PROXY and NO_PROXY.",
    ),
    not_when=NotWhen(
        "The host did take the connection and then refused to speak TLS with you.",
        "transport.tls",
    ),
    source=GUIDE,
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.fault(Fault.CONNECT, Fault.UNSENDABLE),
    reproduce=Reproduction(drafts=signs.drafts(), script=Script(listen=Listen.NOT_AT_ALL)),
)

TLS = FailureMode(
    id="transport.tls",
    cls=ModeClass.TRANSPORT,
    title="No secure connection",
    meaning="The TLS handshake failed, so the request never left this machine.",
    cause="A company proxy with its own certificate, a wrong clock, or https:// to a plain http port.",
    fixes=(
        "Check that the scheme and the port of the base URL belong together.",
        "Set the machine's clock.",
        "Add the proxy's certificate to the system's store; it is read from there.",
    ),
    not_when=NotWhen(
        "The connection stood, and ended in the middle of an answer.",
        "transport.interrupted",
    ),
    source=OBSERVED,
    retryable=Retryable.NO,
    kinds=ALL_KINDS,
    detect=signs.fault(Fault.TLS),
    reproduce=Reproduction(drafts=signs.drafts(), script=Script(listen=Listen.IN_PLAIN)),
)

TIMEOUT = FailureMode(
    id="transport.timeout",
    cls=ModeClass.TRANSPORT,
    title="No answer in time",
    meaning="The request went out, and your own time limit ended before an answer was there.",
    cause="A slow model, a long output, a picture in high quality, or a limit set for ordinary APIs.",
    fixes=(
        "Raise the time limit: pictures take up to 100 s, so allow 300.",
        "Stream the answer, so that something arrives early.",
        "For a video keep the task id and poll again; the job goes on without you.",
        "Before sending again, remember that the first request may have been carried out and billed.",
    ),
    not_when=NotWhen(
        "The server closed the connection by itself; a higher limit changes nothing there.",
        "transport.interrupted",
    ),
    source=GUIDE,
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.fault(Fault.TIMEOUT),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.broken(Breakage.SILENCE, times=2),
        request_limit_s=2.0,
        variants=(
            ("stall", plays.broken(Breakage.STALL, times=2)),
            ("drip", plays.broken(Breakage.DRIP, times=2)),
            ("endless", plays.broken(Breakage.ENDLESS, times=2)),
        ),
    ),
)

INTERRUPTED = FailureMode(
    id="transport.interrupted",
    cls=ModeClass.TRANSPORT,
    title="Connection closed early",
    meaning="The answer ended before it was whole; what came of it is kept.",
    cause="A proxy with a short idle limit, a restart of a server on the way, or a broken upstream.",
    fixes=(
        "Keep what came; for text it may be all you need.",
        "Send again yourself once; a repeat may be billed, so it is not done unasked.",
        "If it breaks at the same second each time, look for an idle limit between you and the gateway.",
    ),
    not_when=NotWhen(
        "Nothing was cut; the other side was merely silent until your limit struck.",
        "transport.timeout",
    ),
    source=OBSERVED,
    retryable=Retryable.YES,
    kinds=ALL_KINDS,
    detect=signs.fault(Fault.INTERRUPTED),
    reproduce=Reproduction(
        drafts=signs.drafts(),
        script=plays.broken(Breakage.SHORT_BODY, times=2),
        variants=(
            ("reset-before", plays.broken(Breakage.RESET_BEFORE, times=2)),
            ("reset-during", plays.broken(Breakage.RESET_DURING, times=2)),
            ("chunked", plays.broken(Breakage.CHUNKED_WITHOUT_END, times=2)),
            ("gzip", plays.broken(Breakage.GZIP_CUT, times=2)),
        ),
    ),
)

MODES = (CONNECT, TLS, TIMEOUT, INTERRUPTED)
