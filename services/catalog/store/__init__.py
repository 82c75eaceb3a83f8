"""Database access of catalog: one class per group of tables, over one database."""

from pathlib import Path

from kit import outbox
from kit.jobs import JobTable
from kit.personal_data import PersonalData
from kit.sql import Database
from kit.wire.events import EventPage
from services.catalog.library.retention import Retention
from services.catalog.store.added_tracks import AddedTable
from services.catalog.store.credits import CreditIndex
from services.catalog.store.exclusions import ExclusionTable
from services.catalog.store.feedback import FeedbackLog
from services.catalog.store.import_origins import OriginTable
from services.catalog.store.import_undo import ImportUndoTable
from services.catalog.store.imports import ImportTable
from services.catalog.store.impressions import ImpressionTable
from services.catalog.store.interest import InterestTable
from services.catalog.store.keys import KeyTable
from services.catalog.store.mutes import MuteTable
from services.catalog.store.names import SETTINGS, NameIndex
from services.catalog.store.opinions import OpinionView
from services.catalog.store.people import PeopleTable
from services.catalog.store.personal_data import SECTIONS
from services.catalog.store.playing_now import PlayingNowTable
from services.catalog.store.playlists import PlaylistTable
from services.catalog.store.plays import PlayView
from services.catalog.store.recent import RecentView
from services.catalog.store.resolving import CandidateIndex
from services.catalog.store.spotify import SpotifyTable
from services.catalog.store.tracks import TrackTable
from services.catalog.store.unmatched import UnmatchedTable
from services.catalog.store.uploads import UploadTable
from services.catalog.store.weekly import WeeklyTable

SCRIPTS = Path(__file__).parents[1] / "migrations"


class Store:
    """All tables: `tracks` and artists by id, `names` for search, `credits` for text resolution, their search `keys`,
    `imports` for the release import; of the library the `feedback` log, the views `opinions`, `plays` and `recent` over
    it, what is `playing_now`, `people`, answers of the `interest` test, `mutes`, `exclusions`, `playlists` and the
    `impressions`; background `jobs`; `uploads` of imports, their `unmatched` rows and the `candidates` of
    their resolver, tracks that they `added`, the `origins` of what they brought and its `undo`; what was read from
    `spotify`; the `weekly` lists;
    `personal_data` reads what the tables hold of one person.
    """

    def __init__(self, url: str, most: Retention = Retention()) -> None:  # noqa: B008 - frozen
        self._database = Database(url, settings=SETTINGS)
        self.tracks = TrackTable(self._database)
        self.names = NameIndex(self._database)
        self.imports = ImportTable(self._database)
        self.credits = CreditIndex(self._database)
        self.keys = KeyTable(self._database)
        self.feedback = FeedbackLog(self._database, most)
        self.opinions = OpinionView(self._database)
        self.recent = RecentView(self._database)
        self.people = PeopleTable(self._database)
        self.interest = InterestTable(self._database)
        self.mutes = MuteTable(self._database)
        self.exclusions = ExclusionTable(self._database)
        self.plays = PlayView(self._database)
        self.playing_now = PlayingNowTable(self._database)
        self.jobs = JobTable(self._database)
        self.uploads = UploadTable(self._database)
        self.added = AddedTable(self._database, most)
        self.unmatched = UnmatchedTable(self._database)
        self.origins = OriginTable(self._database)
        self.undo = ImportUndoTable(self._database)
        self.candidates = CandidateIndex(self._database)
        self.playlists = PlaylistTable(self._database)
        self.spotify = SpotifyTable(self._database)
        self.impressions = ImpressionTable(self._database, most)
        self.weekly = WeeklyTable(self._database)
        self.personal_data = PersonalData(self._database, SECTIONS)

    async def events(self, after: int) -> EventPage:
        """Outbox events after a number, for consumers; a negative number starts at the end."""
        return await outbox.read(self._database, after)

    async def migrate(self) -> None:
        """Migrates the schema to the newest revision."""
        await self._database.migrate(SCRIPTS)

    async def ping(self) -> str:
        """Readiness check of the database; returns "ok"."""
        return await self._database.ping()

    async def close(self) -> None:
        """Closes every connection."""
        await self._database.close()
