import java.util.List;
import java.util.stream.Collectors;
import org.openapitools.client.ApiClient;
import org.openapitools.client.ApiException;
import org.openapitools.client.api.*;
import org.openapitools.client.auth.HttpBearerAuth;
import org.openapitools.client.model.*;

/** One purchase with the generated Java client: Buy URL CONCERT USER ADMIN-TOKEN */
public class Buy {
  static void check(boolean fact, Object what) {
    if (!fact) throw new AssertionError(what);
  }

  public static void main(String[] arguments) throws Exception {
    final long concert = Long.parseLong(arguments[1]), user = Long.parseLong(arguments[2]);
    final ApiClient api = new ApiClient().setBasePath(arguments[0]);
    ((HttpBearerAuth) api.getAuthentication("adminToken")).setBearerToken(arguments[3]); // setBearerToken() would set a buyer's
    final QueueApi queue = new QueueApi(api);
    final ConcertsApi concerts = new ConcertsApi(api);
    final ReservationsApi reservations = new ReservationsApi(api);
    final PointsApi points = new PointsApi(api);

    Ticket ticket = queue.joinQueue(new JoinRequest().userId(user).concertId(concert), "join-" + user, null);
    final long deadline = System.nanoTime() + 30_000_000_000L;
    while (ticket.getStatus() != Ticket.StatusEnum.ACTIVE) {
      check(System.nanoTime() < deadline, ticket);
      Thread.sleep(ticket.getPollAfterMs());
      ticket = queue.queueStatus(ticket.getToken(), null);
    }
    final String token = ticket.getToken();
    final Long schedule = concerts.listSchedules(concert, true, null).getSchedules().get(0).getId();
    final SeatMap map = concerts.seatMap(concert, schedule, token, null, null, null, null);
    final List<Long> free = map.getSeats().stream().filter(seat -> seat.getStatus() == Seat.StatusEnum.AVAILABLE)
        .map(Seat::getId).collect(Collectors.toList());

    final Hold one = reservations.holdSeats(concert, new HoldRequest().scheduleId(schedule).seatId(free.get(0)), token, "one-" + user, null);
    check(one.getSeatId().equals(free.get(0)), one);
    try {
      reservations.holdSeats(concert, new HoldRequest().scheduleId(schedule).seatId(free.get(1)).addSeatIdsItem(free.get(2)), token, null, null);
      throw new AssertionError("both seatId and seatIds were taken");
    } catch (ApiException refused) {
      check(refused.getCode() == 400 && refused.getResponseBody().contains("VALIDATION_FAILED"), refused);
    }
    final SeatMap changes = concerts.seatMap(concert, schedule, token, null, map.getVersion(), null, null);
    check(!changes.getFull() && changes.getSeats().get(0).getId().equals(free.get(0)), changes);
    final Hold two = reservations.holdSeats(concert, new HoldRequest().scheduleId(schedule).seatIds(free.subList(1, 3)), token, null, null);
    check(two.getSeats().size() == 2 && two.getSeatId() == null, two);
    reservations.cancelReservation(two.getReservationId(), token, null, null);

    points.charge(new ChargeRequest().userId(user).amount(one.getAmount()), "charge-" + user, null);
    final Payment paid = new PaymentsApi(api).pay(new PayRequest().reservationId(one.getReservationId()), token, "pay-" + user, null);
    check(paid.getBalance() == 0 && paid.getPaidAt() != null, paid);
    check(reservations.getReservation(one.getReservationId(), null, user, null).getStatus() == Reservation.StatusEnum.CONFIRMED, one);
    final LedgerPage history = points.pointHistory(user, null, null, null);
    check(history.getEntries().size() == 2 && history.getEntries().get(0).getAmount() == -one.getAmount(), history);
    final EventPage events = new AdminApi(api).eventFeed(0L, 1000, null);
    check(events.getEvents().stream().anyMatch(event -> paid.getPaymentId().equals(event.getData().getPaymentId())), events);
    System.out.println("bought " + one.getReservationId());
    System.exit(0); // the client's threads would keep the process alive
  }
}
