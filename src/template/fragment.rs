//! A piece of new text under way: where its holes ended up, and which of its lines must not move.

/// The place of something that must come back as one node of the new tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    /// Counts the marks of a candidate in the order in which they are written; the same in every attempt.
    pub(super) id: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    /// Whether a node of the old tree was put there, and not just a text.
    pub(super) is_node: bool,
}

/// Text with marks.
#[derive(Debug, Clone, Default)]
pub(super) struct Fragment {
    pub(super) text: String,
    pub(super) marks: Vec<Mark>,
    /// Where lines start inside of strings: they keep their indentation.
    fixed: Vec<usize>,
}

impl Mark {
    /// A mark without a place yet.
    pub(super) fn new(id: usize, is_node: bool) -> Mark {
        Mark { id, start: 0, end: 0, is_node }
    }
}

impl Fragment {
    pub(super) fn push_str(&mut self, text: &str) {
        self.text.push_str(text);
    }

    /// Says that the line that starts at the end of the text so far must not move.
    pub(super) fn fix_line(&mut self, offset: usize) {
        self.fixed.push(self.text.len() + offset);
    }

    /// Puts `other` at the end.
    pub(super) fn push(&mut self, other: &Fragment) {
        let at = self.text.len();
        self.text.push_str(&other.text);
        self.marks.extend(other.marks.iter().map(|mark| Mark { start: mark.start + at, end: mark.end + at, ..*mark }));
        self.fixed.extend(other.fixed.iter().map(|offset| offset + at));
    }

    /// Puts `other` at the end as the mark `mark`, whose place is filled in, in brackets if `has_brackets`.
    pub(super) fn push_marked(&mut self, other: &Fragment, mark: Mark, has_brackets: bool) {
        if has_brackets {
            self.push_str("(");
        }
        let start = self.text.len();
        self.push(other);
        self.marks.push(Mark { start, end: self.text.len(), ..mark });
        if has_brackets {
            self.push_str(")");
        }
    }

    /// The fragment moved from the indentation `from` to `to`: every line but the first, empty ones and those inside of strings.
    pub(super) fn moved(&self, from: &str, to: &str) -> Fragment {
        let mut moved = Fragment::default();
        // Offsets of old line starts with what was taken and given there.
        let mut shifts: Vec<(usize, usize, usize)> = Vec::new();
        let mut at = 0;
        for line in self.text.split_inclusive('\n') {
            let is_movable = at > 0 && !line.trim().is_empty() && !self.fixed.contains(&at);
            let (taken, given) = if is_movable { shift(line, from, to) } else { (0, "") };
            moved.text.push_str(given);
            moved.text.push_str(&line[taken..]);
            shifts.push((at, taken, given.len()));
            at += line.len();
        }
        let place = |old: usize| {
            let before = shifts.iter().take_while(|(start, _, _)| *start <= old);
            before.fold(old, |place, (start, taken, given)| place + given - (*taken).min(old - start))
        };
        moved.marks = self.marks.iter().map(|mark| Mark { start: place(mark.start), end: place(mark.end), ..*mark }).collect();
        moved.fixed = self.fixed.iter().map(|&offset| place(offset)).collect();
        moved
    }
}

/// How many bytes of the line's indentation go, and what comes for them.
fn shift<'t>(line: &str, from: &str, to: &'t str) -> (usize, &'t str) {
    if line.starts_with(from) {
        return (from.len(), to);
    }
    // A line less indented than the first one: move it by the difference, if that is to the right.
    (0, to.strip_prefix(from).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_with_their_marks_but_not_inside_strings() {
        let mut fragment = Fragment::default();
        fragment.push_str("if a:\n    ");
        fragment.push_marked(&Fragment { text: "b".to_owned(), ..Fragment::default() }, Mark::new(7, true), true);
        fragment.push_str(" = '''\n");
        fragment.fix_line(0);
        fragment.push_str("c'''\n\n    d\n");
        let moved = fragment.moved("", "  ");
        assert_eq!(moved.text, "if a:\n      (b) = '''\nc'''\n\n      d\n");
        assert_eq!(&moved.text[moved.marks[0].start..moved.marks[0].end], "b");
        let back = moved.moved("  ", "");
        assert_eq!(back.text, fragment.text);
        assert_eq!(back.marks, fragment.marks);
    }
}
