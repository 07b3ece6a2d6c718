//! Takes off what stands round the lines of a failure: colours, prefixes, quotes. Each layer is one file; they compose in any order.
//!
//! A layer changes only what it is sure of: a gutter of rustc (`12 | x`) is no service, a diff's `+` no prefix.

mod anchor;
mod ansi;
mod boxed;
mod caret;
mod compose;
mod container;
mod control;
mod document;
mod doubled;
mod entity;
mod escaped;
mod github;
mod glued;
mod indented;
mod interjected;
mod job;
mod kubernetes;
mod lockstep;
mod margin;
#[cfg(test)]
mod mixture;
mod numbered;
mod owner;
mod pieces;
mod powershell;
mod repeated;
mod shape;
mod stamp;
mod syslog;
mod wrap;

use super::line::Line;

/// Something that may stand round lines.
pub(super) trait Layer: Sync {
    /// Takes it off where it is; says whether anything changed.
    fn peel(&self, lines: &mut Vec<Line<'_>>) -> bool;

    /// Whether it knows no prefix by its shape: it is asked only when those that do have nothing left to take off.
    fn is_general(&self) -> bool {
        false
    }
}

/// Every layer, in the order in which they are tried; the round is repeated while one of them finds something.
pub(super) const LAYERS: &[&dyn Layer] = &[
    &ansi::Ansi,
    &caret::Caret,
    &control::Control,
    &doubled::Doubled,
    &powershell::ErrorRecord,
    &wrap::Wrap,
    &numbered::Numbered,
    &boxed::Boxed,
    &kubernetes::Runtime,
    &syslog::Syslog,
    &stamp::MachineTime,
    &stamp::EveryLine,
    &github::GithubCli,
    &github::Marks,
    &job::Section,
    &job::Elapsed,
    &job::ServiceMessage,
    &job::BuildStep,
    &kubernetes::Pod,
    &compose::Compose,
    &container::Container,
    &indented::Indented,
    &repeated::Repeated,
    &pieces::DottedName,
    &pieces::Repetition,
    &pieces::Trailer,
    &glued::Glued,
    &lockstep::Lockstep,
    &interjected::Interjected,
    &margin::Quote,
    &margin::Comment,
    &margin::Bar,
    &escaped::Escaped,
    &entity::Entity,
    &document::Document,
];

/// Prefixes are nested only so deep; a bound keeps hostile input linear.
const ROUNDS: usize = 12;

/// Takes only escape sequences off `lines`.
pub(super) fn uncolour(lines: &mut Vec<Line<'_>>) {
    ansi::Ansi.peel(lines);
}

/// Takes all layers off `lines`.
pub(super) fn peel(lines: &mut Vec<Line<'_>>) {
    for _ in 0..ROUNDS {
        let mut has_changed = false;
        for layer in LAYERS {
            if has_changed && layer.is_general() {
                break;
            }
            has_changed |= layer.peel(lines);
        }
        if !has_changed {
            break;
        }
    }
}
