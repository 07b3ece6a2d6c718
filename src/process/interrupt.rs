//! The wish of the person at the terminal to stop, as a flag that long work looks at.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

/// Whether we were told to stop, and by which signal. Clones share the flag.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<AtomicUsize>);

impl Interrupt {
    /// Listens to SIGINT, SIGTERM and SIGHUP. The second of them ends the program at once, for a person in a hurry.
    ///
    /// # Errors
    /// The system refused to install a handler.
    pub fn listen() -> io::Result<Interrupt> {
        let interrupt = Interrupt::default();
        let is_second = Arc::new(AtomicBool::new(false));
        for signal in [SIGINT, SIGTERM, SIGHUP] {
            // The order matters: the first signal finds the flag down, passes, and raises it.
            signal_hook::flag::register_conditional_default(signal, is_second.clone())?;
            signal_hook::flag::register(signal, is_second.clone())?;
            let number = usize::try_from(signal).unwrap_or_default();
            signal_hook::flag::register_usize(signal, interrupt.0.clone(), number)?;
        }
        Ok(interrupt)
    }

    /// A flag that no signal raises.
    pub fn never() -> Interrupt {
        Interrupt::default()
    }

    /// Raises the flag as if `signal` had come.
    pub fn raise(&self, signal: i32) {
        self.0.store(usize::try_from(signal).unwrap_or_default(), Ordering::SeqCst);
    }

    /// The signal that told us to stop, if one did.
    pub fn signal(&self) -> Option<i32> {
        i32::try_from(self.0.load(Ordering::SeqCst)).ok().filter(|&signal| signal != 0)
    }
}

#[cfg(test)]
mod tests {
    use super::Interrupt;

    #[test]
    fn clones_share_the_flag() {
        let interrupt = Interrupt::never();
        assert_eq!(interrupt.clone().signal(), None);
        interrupt.raise(2);
        assert_eq!(interrupt.clone().signal(), Some(2));
    }
}
