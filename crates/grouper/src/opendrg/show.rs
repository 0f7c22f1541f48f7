//! Source as text again, for messages.

use super::syntax::Expr;
use super::token::Token;
use std::fmt;

impl fmt::Display for Token<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Token::Name(text) | Token::Number(text) => f.write_str(text),
            Token::Text(text) => write!(f, "'{text}'"),
            Token::Sign(sign) => f.write_str(sign),
        }
    }
}

/// Of a list so many items are shown.
const ITEMS_MAX: usize = 4;

impl fmt::Display for Expr<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Name(text) | Expr::Number(text) => f.write_str(text),
            Expr::Text(text) => write!(f, "'{text}'"),
            Expr::List(items) => {
                f.write_str("[")?;
                list(f, &items[..items.len().min(ITEMS_MAX)], ",")?;
                f.write_str(if items.len() > ITEMS_MAX { ",…]" } else { "]" })
            }
            Expr::Nothing => f.write_str("{}"),
            Expr::Field(of, name) => write!(f, "{of}.{name}"),
            Expr::Call(of, arguments) => {
                write!(f, "{of}(")?;
                list(f, arguments, ",")?;
                f.write_str(")")
            }
            Expr::Named(name, value) => write!(f, "{name}={value}"),
            Expr::Item(of, item) => write!(f, "{of}[{item}]"),
            Expr::Slice(of, from, to) => {
                let bound = |bound: &Option<Box<Expr<'_>>>| bound.as_ref().map_or(String::new(), ToString::to_string);
                write!(f, "{of}[{}:{}]", bound(from), bound(to))
            }
            Expr::Each {
                value,
                name,
                over,
                only,
            } => {
                write!(f, "[{value} for {name} in {over}")?;
                if let Some(only) = only {
                    write!(f, " if {only}")?;
                }
                f.write_str("]")
            }
            Expr::Compare(first, others) => {
                write!(f, "{first}")?;
                for (sign, other) in others {
                    let blank = if sign.ends_with("in") { " " } else { "" };
                    write!(f, "{blank}{sign}{blank}{other}")?;
                }
                Ok(())
            }
            Expr::Join(sign, left, right) => write!(f, "{left}{sign}{right}"),
            Expr::Not(of) => write!(f, "not {of}"),
            Expr::And(all) => list(f, all, " and "),
            Expr::Or(any) => {
                f.write_str("(")?;
                list(f, any, " or ")?;
                f.write_str(")")
            }
        }
    }
}

fn list(f: &mut fmt::Formatter<'_>, items: &[Expr<'_>], between: &str) -> fmt::Result {
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            f.write_str(between)?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}
