"""The lab's endpoints: a file for each family, a handler for each row of the table in places.py."""

from cometplay.lab.endpoints import files, grok, images, kling, models, replicate, runway, text, videos
from cometplay.lab.house import Handler
from cometplay.lab.places import Endpoint

HANDLERS: dict[Endpoint, Handler] = (
    text.HANDLERS
    | models.HANDLERS
    | images.HANDLERS
    | videos.HANDLERS
    | kling.HANDLERS
    | runway.HANDLERS
    | grok.HANDLERS
    | replicate.HANDLERS
    | files.HANDLERS
)
