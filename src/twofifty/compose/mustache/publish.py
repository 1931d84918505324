"""All that speaks against a template, at once, before it is published."""

from collections.abc import Mapping

from twofifty.compose.context.error import TemplateError, TemplateProblem
from twofifty.compose.context.place import Place
from twofifty.compose.mustache.check import checked
from twofifty.compose.mustache.dialect import HTML, Dialect
from twofifty.compose.mustache.inherit import settled
from twofifty.compose.mustache.judge import judged
from twofifty.compose.mustache.partials import reachable
from twofifty.compose.mustache.shape import Shape


def faults(
    source: str,
    shape: Shape,
    partials: Mapping[str, str],
    dialect: Dialect = HTML,
    name: str = "template",
) -> list[TemplateProblem]:
    """Everything that is wrong with `source` and the partials that it reaches: tags, limits,
    contexts, names. Empty: it compiles, and fits view models of `shape`.

    Names and contexts are looked at only once all tags are right.
    """
    try:
        read = reachable(source, name, partials)
        if read.problems:
            return read.problems
        nodes, trees = settled(read.nodes, read.trees)
        unsafe = judged(nodes, trees).problems if dialect.judged else ()
        return list(dict.fromkeys([*unsafe, *checked(nodes, trees, shape)]))
    except TemplateError as error:
        return list(error.problems) or [TemplateProblem(Place(name, 1, 1), error.message)]
    except RecursionError:
        return [TemplateProblem(Place(name, 1, 1), "partials and sections go too deep")]
