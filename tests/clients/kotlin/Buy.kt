// One purchase with the generated Kotlin client: BuyKt URL CONCERT USER ADMIN-TOKEN
import kotlin.system.exitProcess
import org.openapitools.client.apis.*
import org.openapitools.client.infrastructure.ApiClient
import org.openapitools.client.infrastructure.ClientException
import org.openapitools.client.models.*

fun main(arguments: Array<String>) {
    val url = arguments[0]
    val (concert, user) = listOf(arguments[1].toLong(), arguments[2].toLong())
    ApiClient.accessToken = arguments[3]
    val queue = QueueApi(url)
    val concerts = ConcertsApi(url)
    val reservations = ReservationsApi(url)
    val points = PointsApi(url)

    var ticket = queue.joinQueue(JoinRequest(userId = user, concertId = concert), "join-$user")
    val deadline = System.nanoTime() + 30_000_000_000L
    while (ticket.status != Ticket.Status.ACTIVE) {
        check(System.nanoTime() < deadline) { ticket }
        Thread.sleep(ticket.pollAfterMs.toLong())
        ticket = queue.queueStatus(ticket.token)
    }
    val token = ticket.token
    val schedule = concerts.listSchedules(concert, true).schedules[0].id
    val map = concerts.seatMap(concert, schedule, token)
    val free = map.seats.filter { it.status == Seat.Status.AVAILABLE }.map { it.id }

    val one = reservations.holdSeats(concert, HoldRequest(scheduleId = schedule, seatId = free[0]), token, "one-$user")
    check(one.seatId == free[0]) { one }
    try {
        reservations.holdSeats(concert, HoldRequest(scheduleId = schedule, seatId = free[1], seatIds = listOf(free[2])), token)
        error("both seatId and seatIds were taken")
    } catch (refused: ClientException) {
        check(refused.statusCode == 400) { refused }
    }
    val changes = concerts.seatMap(concert, schedule, token, since = map.version)
    check(changes.full == false && changes.seats[0].id == free[0]) { changes }
    val two = reservations.holdSeats(concert, HoldRequest(scheduleId = schedule, seatIds = free.subList(1, 3)), token)
    check(two.seats.size == 2 && two.seatId == null) { two }
    reservations.cancelReservation(two.reservationId, token)

    points.charge(ChargeRequest(userId = user, amount = one.amount), "charge-$user")
    val paid = PaymentsApi(url).pay(PayRequest(reservationId = one.reservationId), token, "pay-$user")
    check(paid.balance == 0L) { paid }
    check(reservations.getReservation(one.reservationId, userId = user).status == Reservation.Status.CONFIRMED) { one }
    val history = points.pointHistory(user).propertyEntries.map { it.amount }
    check(history == listOf(-one.amount, one.amount)) { history }
    val events = AdminApi(url).eventFeed(0, 1000).events
    check(events.any { it.`data`.paymentId == paid.paymentId }) { events }
    println("bought ${one.reservationId}")
    exitProcess(0) // the client's threads would keep the process alive
}
