"""`Context`: the items of a prompt, and questions about what stands around one of them."""

from __future__ import annotations

from mariogpt_mcp.level.features import COUNTABLES
from mariogpt_mcp.prompt_parser.lexicon import Item, section

_END = Item("stop", "", "")


class Context:
    """The items of a prompt. `i` is the position of the item that a question is about."""

    def __init__(self, items: list[Item]) -> None:
        self.items = items
        kinds = [item.kind for item in items]
        ignored = ("filler", "level_word", "request", "clause_start", "stop")
        kinds = [kind for kind in kinds if kind not in ignored]
        self.amounts_follow_nouns = (
            bool(kinds)
            and kinds[0] == "noun"
            and (kinds[-1] in ("quantity", "number", "degree") or items[-1].text == "yes")
        )
        """Whether the prompt is a list of nouns with their amounts: "pipes 3 enemies 2"."""

    def next(self, i: int) -> Item:
        """The next item that is not a filler; a stop at the end."""
        return next((item for item in self.items[i + 1 :] if item.kind != "filler"), _END)

    def previous(self, i: int) -> Item:
        """The item directly before; a stop at the start."""
        return self.items[i - 1] if i else _END

    def directly_after(self, i: int) -> Item:
        """The item directly after, fillers included; a stop at the end."""
        return self.items[i + 1] if i + 1 < len(self.items) else _END

    # What an amount belongs to.

    def amount_has_noun(self, i: int) -> bool:
        """Whether an amount is followed by something that it may count."""
        following = self.next(i)
        counts_levels = self.items[i].kind == "number" and following.kind == "level_word"
        return following.kind in ("noun", "unknown", "elevation", "mood", "degree", "everything") or counts_levels

    def counts_something_else(self, i: int) -> bool:
        """Whether a number is a name, an age or has a unit: "my 7 year old", "class of 30", "level 3"."""
        if self.directly_after(i).text.partition(" ")[0] in section("number_units"):
            return True
        j = i - 1
        while j >= 0 and self.items[j].text in ("of", "only", "just", "#", "now", "is", "like"):
            j -= 1
        return j >= 0 and self.items[j].text.rpartition(" ")[2] in section("number_labels")

    def is_requested(self, i: int) -> bool:
        """Whether an amount follows a verb or is a sentence by itself: "make it 5", "can we have 2", "pipes. Five."."""
        j = i - 1
        while j > 0 and self.items[j].kind == "filler" and self.items[j].text not in ("do", "to"):
            j -= 1
        separate = j >= 0 and self.items[j].kind == "stop"
        return separate or (j >= 0 and (self.items[j].kind == "request" or self.items[j].text in ("do", "have", "to")))

    def announces_nouns(self, i: int) -> bool:
        """Whether bare nouns follow after a comma: "lots of everything, pipes and enemies"."""
        following = [item for item in self.items[i + 1 :] if item.kind != "filler"][:2]
        return len(following) == 2 and following[0].text == "," and following[1].kind == "noun"

    # What a noun is part of.

    def modifies_another_noun(self, i: int) -> bool:
        """Whether a noun is part of another: "pipe level", "pipe maze", "pipe-free"."""
        return self.directly_after(i).kind in ("level_word", "unknown", "suffix")

    def has_indefinite_article(self, i: int) -> bool:
        """Whether a noun stands for one thing: "a pipe", "a scary goomba"."""
        j = i - 1
        while j >= 0 and self.items[j].kind in ("mood", "elevation", "unknown"):
            j -= 1
        article = j >= 0 and self.items[j].text in ("a", "an")
        return article and not self.items[i].text.endswith("s") and not self.modifies_another_noun(i)

    def follows_or(self, i: int) -> bool:
        """Whether "or" stands before, as in "no pipes or a goomba"."""
        j = i - 2 if self.previous(i).text in ("a", "an", "any") else i - 1
        return j >= 0 and self.items[j].text in ("or", "nor")

    def is_in_list(self, i: int) -> bool:
        """Whether more nouns follow up to an "and" or "or": "no pipes, enemies or bricks"."""
        for j in range(i + 1, len(self.items)):
            item = self.items[j]
            if item.kind == "conjunction":
                return self.next(j).kind == "noun"
            if item.kind not in ("filler", "noun") and item.text != ",":
                return False
        return False

    # What an adjective describes.

    def describes_countable(self, i: int, across_commas: bool = False) -> bool:
        """Whether an adjective describes countable things: "scary monsters", but not "a scary goomba level".

        With `across_commas`, other adjectives may come between: "no big, scary monsters".
        """
        adjectives = ("mood", "elevation", "unknown")
        for j in range(i + 1, len(self.items)):
            kind = self.items[j].kind
            if kind == "noun":
                return self.items[j].value in COUNTABLES and not self.modifies_another_noun(j)
            separates = kind == "conjunction" or (across_commas and self.items[j].text == ",")
            if separates and self.next(j).kind in adjectives:
                continue
            if kind not in ("filler", *adjectives) or self.items[j].value == "link":
                return False
        return False

    def follows_too(self, i: int) -> bool:
        """Whether an adjective is a complaint: "too flat"."""
        return self.previous(i).text == "too"

    # What a clause is.

    def ends_clause(self, i: int) -> bool:
        """Whether nothing more follows in the clause."""
        return self.next(i).kind in ("stop", "contrast", "conjunction", "pronoun", "level_word")

    def clause_describes_earlier_level(self, i: int) -> bool:
        """Whether the clause that starts here says what another level was like, without a comparison."""
        clause: list[Item] = []
        for item in self.items[i:]:
            if item.kind in ("stop", "contrast"):
                break
            clause.append(item)
        compares = any(item.text in ("than", "like", "as", "same", "to") for item in clause)
        return not compares and any(item.kind == "earlier_level" for item in clause)
