"""The steps of the first start."""

from bot.domain.first_start import SetupStep, step_of


def test_each_step_leads_to_the_next_and_the_last_stays() -> None:
    step, seen = SetupStep.NAME, [SetupStep.NAME]
    while step.next is not step:
        step = step.next
        seen.append(step)
    assert seen == list(SetupStep)


def test_a_number_that_is_no_step_is_the_first() -> None:
    assert step_of(4) is SetupStep.PROFIT
    assert step_of(0) is step_of(99) is SetupStep.NAME
