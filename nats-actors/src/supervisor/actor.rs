//! The supervisor's actor: wakes, lets the keeper do what is due, and sleeps. It awaits nothing but its mailbox.

use ractor::{ActorProcessingErr, ActorRef, SupervisionEvent};

use super::keeper::Keeper;

pub(super) struct SupervisorActor;

#[ractor::actor(message = (), state = Keeper, arguments = Keeper)]
impl SupervisorActor {
    async fn pre_start(
        &self,
        myself: ActorRef<()>,
        mut keeper: Keeper,
    ) -> Result<Keeper, ActorProcessingErr> {
        keeper.connect(myself);
        Ok(keeper)
    }

    async fn handle(
        &self,
        myself: ActorRef<()>,
        _bell: (),
        keeper: &mut Keeper,
    ) -> Result<(), ActorProcessingErr> {
        if keeper.wake() {
            myself.stop(None);
        }
        Ok(())
    }

    /// ractor's own answer would be to stop with the first child that ends.
    async fn handle_supervisor_evt(
        &self,
        _myself: ActorRef<()>,
        event: SupervisionEvent,
        keeper: &mut Keeper,
    ) -> Result<(), ActorProcessingErr> {
        keeper.record(event);
        Ok(())
    }
}
