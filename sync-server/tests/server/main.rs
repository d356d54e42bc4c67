//! The server as it runs: the real binary, a port of its own, a data folder of its own, and a client that can
//! misbehave. Numbers in test names are those of the project's list of attacks.

mod access;
mod audit;
mod clinic;
mod contracts;
mod crash;
mod disk;
mod guessing;
mod http;
mod isolation;
mod journey;
mod leftovers;
mod links;
mod page;
mod power;
mod process;
mod secrets;
mod slow_readers;
mod uploads;
