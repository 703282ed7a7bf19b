"""The second port: result files, as an object storage serves them (api-contract.md 5.1, 6.2)."""

from cometplay.lab import answers
from cometplay.lab.answers import Answer
from cometplay.lab.house import Call, Handler, House
from cometplay.lab.places import Endpoint
from cometplay.lab.ranges import ranged


def _file(house: House, call: Call) -> Answer:
    found = house.files.get(call.route.name)
    if found is None:
        return answers.storage_error(403, "AccessDenied", "Access Denied", call.request_id)
    message = "The requested range is not satisfiable"
    refusal = answers.storage_error(416, "InvalidRange", message, call.request_id)
    return ranged(call.request, answers.of(found.mime, found.data), refusal)


HANDLERS: dict[Endpoint, Handler] = {Endpoint.FILE: _file}
