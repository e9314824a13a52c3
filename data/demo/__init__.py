"""The demonstration data: invented inputs for every unit, generated from a seed. None of it is a fact about a unit."""

from data.demo.appraisal import GeneratedRuling, generate_rulings
from data.demo.generate import GeneratedInput, generate

__all__ = ["GeneratedInput", "GeneratedRuling", "generate", "generate_rulings"]
