"""The words for where a call is, and for what is captured of it.

The reference names no state of a call, so profiles say which of their own words means which of these. The four states
of recording and transcription are those of Microsoft's Contact Center SDK (VoiceModule).
"""

from __future__ import annotations

from collections.abc import Mapping

CALL = ("None", "Offered", "Connected", "Held", "TransferPending", "Ended")
CAPTURE = ("not-started", "in-progress", "paused", "unknown")
REGIONS: Mapping[str, tuple[str, ...]] = {"call": CALL, "recording": CAPTURE, "transcription": CAPTURE}
PARTICIPANTS = "participants"  # how many take part: told by a difference, "+1", beside the regions
