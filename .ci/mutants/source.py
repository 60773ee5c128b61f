"""A source file of Rust as tokens: what of it is no expression, and where the operands of an operator begin and end."""
import bisect, collections, re

Token = collections.namedtuple("Token", "kind text start end")

TOKENS = re.compile(r"""
    (?P<skip>\s+|//[^\n]*|/\*.*?\*/)
  | (?P<string>b?r(?P<hash>\#*)".*?"(?P=hash)|[bc]?"(?:\\.|[^"\\])*"|b?'(?:\\(?:u\{\w+\}|x\w\w|.)|[^\\'])')
  | (?P<lifetime>'\w+)
  | (?P<number>\d[\d_]*(?:\.\d[\d_]*|\.(?![.\w]))?(?:[eE][+-]?\d+)?\w*)
  | (?P<word>\w+)
  | (?P<op><<=|>>=|\.\.=|::|->|=>|==|!=|<=|>=|&&|\|\||[-+*/%^&|]=|<<|\.\.|.)
""", re.S | re.X)
KEYWORDS = set("as break const continue else enum extern fn for if impl in let loop match mod move mut pub ref return static "
               "struct trait type unsafe use where while".split())
OPEN, CLOSE = "([{", ")]}"
PRECEDENCE = {"as": 11, "*": 10, "/": 10, "%": 10, "+": 9, "-": 9, "<": 4, "<=": 4, ">": 4, ">=": 4, "==": 4, "!=": 4,
              "&&": 3, "||": 2}
BEFORE = set("( [ { } , ; : = => += -= *= /= %= && || return if while match in else .. ..= < <= > >= == != + -".split())
AFTER = set(") ] } , ; { => && || .. ..= < <= > >= == != + - * / % else".split())


class Reject(Exception):
    """This operand is more than a scan of tokens understands."""


class Source:
    def __init__(self, name, text):
        self.name, self.text = name, text
        self.lines = [0] + [m.end() for m in re.finditer("\n", text)]
        self.tokens = [Token(m.lastgroup if m.lastgroup != "hash" else "string", m.group(), m.start(), m.end())
                       for m in TOKENS.finditer(text) if m.lastgroup != "skip"]
        self.pair, open_ = {}, []
        for i, token in enumerate(self.tokens):
            if token.kind == "op" and token.text in OPEN:
                open_.append(i)
            elif token.kind == "op" and token.text in CLOSE and open_:
                self.pair[i] = open_.pop()
                self.pair[self.pair[i]] = i
        self.dead, self.hidden = set(), set()
        self.mark()

    def at(self, i):
        return self.tokens[i].text if 0 <= i < len(self.tokens) and self.tokens[i].kind != "string" else ""

    def line(self, i):
        return bisect.bisect(self.lines, self.tokens[i].start)

    def until(self, i, stops):
        """The next token at this depth that is one of these."""
        while i < len(self.tokens) and self.at(i) not in stops and self.at(i) not in CLOSE:
            i = self.pair.get(i, i) + 1
        return i

    # --- what is no expression of the program

    def kill(self, start, end):
        self.dead.update(range(start, end))

    def item(self, i):
        """The end of the item that begins here."""
        end = self.until(i, (";", "{"))
        return self.pair.get(end, end) + 1

    def mark(self):
        i = 0
        while i < len(self.tokens):
            i = max(i + 1, self.mark_from(i))

    def mark_from(self, i):
        word, start = self.at(i), i
        at_start = self.at(i - 1) in ("", ";", "{", "}", "]", ")", "pub", "unsafe", "async")
        if word == "#":
            bracket = i + 1 + (self.at(i + 1) == "!")
            i = self.pair.get(bracket, bracket) + 1
            if self.at(bracket + 1) in ("cfg", "test") and bracket == start + 1:
                i = self.item(self.mark_from(i) if self.at(i) == "#" else i)
                self.hidden.update(re.findall(r"\bmod (\w+);", self.text[self.tokens[start].start:self.tokens[i - 1].end]))
        elif word == "macro_rules":
            i = self.item(i)
        elif word in ("const", "static") and at_start and self.at(i + 1) != "{":
            i = self.item(i) if self.at(i + 1) == "fn" else self.until_semicolon(i)
        elif word == "fn":
            i = self.until(i, (";", "{", ",", "=")) if self.at(i + 1) != "(" else i + 1
        elif word in ("impl", "trait") and at_start:
            i = self.until(i, ("{",))
        elif word in ("struct", "enum", "union", "use", "type", "extern", "mod") and at_start:
            i = i + 1 if word == "mod" and self.at(i + 2) == "{" else self.item(i)
        elif word == "let":
            i = self.until(i, ("=", ";"))
        elif word == "for":
            i = self.until(i, ("in", "{", ">"))
        elif word == "matches" and self.at(i + 1) == "!":
            self.kill(self.until(i + 3, (",",)), self.pair.get(i + 2, i))
            return i + 1
        elif word == "=>":
            self.kill(self.pattern(i), i)
            return i + 1
        else:
            return i + 1
        self.kill(start, i)
        return i

    def until_semicolon(self, i):
        while i < len(self.tokens) and self.at(i) != ";":
            i = self.pair.get(i, i) + 1
        return i

    def pattern(self, arrow):
        """The start of the pattern of a `match` arm; its guard lives."""
        i, guard = arrow - 1, None
        while i >= 0 and self.at(i) not in (",", "{", "("):
            if self.at(i) == "}" and self.line(i + 1) > self.line(i) and self.at(i + 1) != "|":
                break
            if self.at(i) == "if":
                guard = i
            i = (self.pair.get(i, i) if self.at(i) in CLOSE else i) - 1
        if guard is not None:
            self.kill(i + 1, guard)
            return arrow
        return i + 1

    # --- operands

    def ends_operand(self, i):
        token = self.tokens[i]
        return token.kind in ("string", "number") or token.text in (")", "]", "?") or self.is_name(i)

    def is_name(self, i):
        return 0 <= i < len(self.tokens) and self.tokens[i].kind == "word" and self.at(i) not in KEYWORDS

    def left(self, operator, precedence):
        """Where the left operand of an operator begins."""
        i = self.prefixes(self.atom_left(operator - 1))
        while True:
            before = self.at(i - 1)
            if PRECEDENCE.get(before, 0) >= precedence:
                i = self.prefixes(self.atom_left(i - 2))
            elif before in BEFORE or before == "|" and not self.spaced(i - 1):
                return i
            else:
                raise Reject

    def atom_left(self, i):
        """Where the name, literal, call or chain of methods begins that ends with this token."""
        while i >= 0 and self.ends_operand(i):
            if self.at(i) == "?":
                i -= 1
                continue
            group = self.at(i) in CLOSE
            i = self.pair[i] if group else i
            if group and self.at(i - 1) == ">" and not self.gap(i):
                raise Reject
            if group and self.at(i - 1) == "!" and self.is_name(i - 2) and not self.gap(i - 1):
                return i - 2
            if group and i > 0 and (self.is_name(i - 1) or self.at(i - 1) in (")", "]", "?")) and not self.gap(i):
                i -= 1
            elif self.at(i - 1) in (".", "::"):
                i -= 2
            else:
                return i
        raise Reject

    def prefixes(self, i):
        """The first of the unary operators before this token."""
        while self.at(i - 1) in ("-", "*", "&", "!") and not self.gap(i) and not self.ends_operand(i - 2):
            i -= 1
        return i

    def right(self, operator, precedence):
        """The last token of the right operand of an operator."""
        i = self.atom_right(operator + 1)
        while True:
            after = self.at(i + 1)
            if after == "as" and self.is_name(i + 2) and self.at(i + 3) not in ("::", "<"):
                i += 2
            elif PRECEDENCE.get(after, 0) > precedence:
                i = self.atom_right(i + 2)
            elif after in AFTER:
                return i
            else:
                raise Reject

    def atom_right(self, i):
        """The last token of the one that begins here, with its unary operators."""
        while self.at(i) in ("-", "*", "&", "!"):
            i += 1
        if self.at(i) in ("(", "["):
            i = self.pair[i]
        elif not (self.is_name(i) or self.tokens[i].kind in ("string", "number")):
            raise Reject
        while True:
            after = self.at(i + 1)
            if after in ("(", "["):
                i = self.pair[i + 1]
            elif after == "?":
                i += 1
            elif after in (".", "::") and (self.is_name(i + 2) or self.tokens[i + 2].kind == "number"):
                i += 2
            elif after in (".", "::", "!"):
                raise Reject
            else:
                return i

    def gap(self, i):
        """White space before a token."""
        return self.tokens[i - 1].end < self.tokens[i].start

    def spaced(self, i):
        return self.gap(i) and self.gap(i + 1)
