"""Inputs of one version of a criteria set carried into another, so that an old year can be scored by new rules."""

import numpy as np
from numpy.typing import NDArray

from criteria.crosswalk import Crosswalk, version_of
from scoring.compiled import CompiledSet, InputKind
from scoring.inputs import Inputs, ValueFault, decode, encode


def carry_over(inputs: Inputs, new_compiled: CompiledSet, crosswalk: Crosswalk) -> Inputs:
    """The inputs under the new set, for the same units in the same order.

    An input without counterpart is missing, and so is a value that the new rule cannot hold: an option that is gone, a
    negative number, a above b where the new rule refuses it (then both). A criterion is not applicable, or not due,
    when that is so of every old criterion that feeds it; one that nothing feeds is neither.
    Raises ValueError when the crosswalk is not between these two sets.
    """
    old = inputs.compiled
    versions = version_of(old.criteria_set), version_of(new_compiled.criteria_set)
    if versions != (crosswalk.old, crosswalk.new):
        raise ValueError(
            f"the crosswalk goes from {crosswalk.old} to {crosswalk.new}, expected from {versions[0]} to {versions[1]}"
        )
    shape = (len(inputs.units), len(new_compiled.columns))
    values, given = np.zeros(shape), np.zeros(shape, bool)
    sources: list[set[int]] = [set() for _code in new_compiled.codes]
    for place, source in crosswalk.inputs.items():
        target, origin = new_compiled.column_of[place], old.column_of[source]
        sources[new_compiled.columns[target].criterion].add(old.columns[origin].criterion)
        values[:, target], given[:, target] = _carried(inputs, origin, new_compiled, target)
    carried = Inputs(
        new_compiled,
        inputs.units,
        values,
        given,
        _where_all(inputs.not_applicable, sources),
        _where_all(inputs.not_due[None], sources)[0],
    )
    return _without_excess(carried)


def _carried(
    inputs: Inputs, origin: int, new: CompiledSet, target: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(units,) values of one input as the new set's arrays hold them, and whether they are given there."""
    before, after = inputs.compiled.columns[origin], new.columns[target]
    given = inputs.given[:, origin].copy()
    values = inputs.values[:, origin].copy()
    # Only options are numbered differently from set to set; the rest differs in what it may hold.
    if after.kind is InputKind.NUMBER:
        given &= values >= 0
    elif after.kind is InputKind.OPTION:
        for unit in np.flatnonzero(given):
            try:
                values[unit] = encode(after, decode(before, values[unit]))
            except ValueFault:
                given[unit] = False
    return np.where(given, values, 0.0), given


def _where_all(states: NDArray[np.bool_], sources: list[set[int]]) -> NDArray[np.bool_]:
    """(units, new criteria) whether the state holds of every old criterion that feeds the new one, and there is one."""
    columns = [states[:, sorted(feeds)].all(axis=1) if feeds else np.zeros(len(states), bool) for feeds in sources]
    return np.stack(columns, axis=1)


def _without_excess(inputs: Inputs) -> Inputs:
    """The inputs without pairs in which a exceeds b and the rule refuses it."""
    values, given = inputs.values.copy(), inputs.given.copy()
    partner = {leaf.a: leaf.b for leaf in inputs.compiled.leaves if leaf.b >= 0}
    for unit, a, _message in inputs.over_faults():
        for column in (a, partner[a]):
            values[unit, column], given[unit, column] = 0.0, False
    return Inputs(inputs.compiled, inputs.units, values, given, inputs.not_applicable, inputs.not_due)
