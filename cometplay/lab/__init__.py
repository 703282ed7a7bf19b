"""A real server on loopback that answers like the gateway, and fails as the Scripts it is handed say."""

from cometplay.lab.page import Scene
from cometplay.lab.places import Standing
from cometplay.lab.record import LabRequest
from cometplay.lab.repertoire import Repertoire
from cometplay.lab.server import Lab

__all__ = ["Lab", "LabRequest", "Repertoire", "Scene", "Standing"]
