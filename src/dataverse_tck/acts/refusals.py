"""A deed that is to be refused: whether it is, and if not, whether it was done or only ignored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from dataverse_tck.acts import unchanged
from dataverse_tck.acts.errors import WrongError

if TYPE_CHECKING:
    from dataverse_tck.acts.scene import Scene
    from dataverse_tck.webapi.http.answer import Answer


def expect_refused(scene: Scene, answer: Answer, what: str, came_of_it: Callable[[], str | None]) -> None:
    """Raise WrongError unless ``what`` is refused; ``came_of_it`` says what is stored of it, None: nothing."""
    scene.answer = answer
    try:
        unchanged.refused(scene)
    except WrongError as problem:
        if not 200 <= answer.status < 300 or answer.is_error_in_disguise():
            raise WrongError(f"{what}: {problem}", problem.observed) from problem
        scene.let_settle()
        stored = came_of_it()
        if stored is None:
            said = f"{what} is ignored, not refused: the answer is {answer.summary()}, and nothing of it is stored."
            raise WrongError(said, observed="ignored") from problem
        raise WrongError(f"{what} is accepted ({answer.summary()}): {stored}.", observed="accepted") from problem
