"""What can be wrong with a template: see `compose.context.error`."""

from twofifty.compose.context.error import TemplateError, TemplateProblem, refused

__all__ = ["TemplateError", "TemplateProblem", "refused"]
