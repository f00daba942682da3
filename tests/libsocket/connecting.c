/* connect(), bind(), listen() and accept(). */
#include "selftest.h"
#include <sys/epoll.h>
#include <sys/select.h>

static int stream(int flags)
{
    int fd = socket(AF_INET, SOCK_STREAM | flags, 0);
    EXPECT(fd >= 0);
    return fd;
}

static int connect_to(int fd, uint16_t port)
{
    struct sockaddr_in to = local(port);
    return connect(fd, (struct sockaddr *)&to, sizeof to);
}

static void both_ends_know_each_other(void)
{
    int listener = listening(4);
    int client = stream(0);
    EXPECT(connect_to(client, port_of(listener)) == 0);
    struct sockaddr_in from;
    socklen_t length = sizeof from;
    int server = accept(listener, (struct sockaddr *)&from, &length);
    EXPECT(server >= 0 && length == sizeof from);
    EXPECT(from.sin_family == AF_INET && ntohs(from.sin_port) == port_of(client) && from.sin_addr.s_addr == htonl(INADDR_LOOPBACK));
    struct sockaddr_in peer;
    length = sizeof peer;
    EXPECT(getpeername(client, (struct sockaddr *)&peer, &length) == 0);
    EXPECT(ntohs(peer.sin_port) == port_of(listener) && port_of(server) == port_of(listener));
    length = sizeof peer;
    EXPECT(getpeername(server, (struct sockaddr *)&peer, &length) == 0 && ntohs(peer.sin_port) == port_of(client));
    length = 4;     /* cut to the buffer, with its true length */
    EXPECT(getpeername(server, (struct sockaddr *)&peer, &length) == 0 && length == sizeof peer);
    EXPECT_ERROR(getpeername(listener, (struct sockaddr *)&peer, (length = sizeof peer, &length)), ENOTCONN);
}

static void refused_at_once(void)
{
    double start = seconds();
    EXPECT_ERROR(connect_to(stream(0), dead_port()), ECONNREFUSED);
    EXPECT(seconds() - start < 5);
}

static void nonblocking_with_poll(void)
{
    int listener = listening(1);
    int fd = stream(SOCK_NONBLOCK);
    int result = connect_to(fd, port_of(listener));
    EXPECT(result == 0 || errno == EINPROGRESS);
    EXPECT((wait_for(fd, POLLOUT) & (POLLOUT | POLLERR | POLLHUP)) == POLLOUT);
    EXPECT(socket_error(fd) == 0);
    int server = accept(listener, NULL, NULL);
    EXPECT(server >= 0);
    send_all(fd, "x", 1);
    char byte;
    receive_all(server, &byte, 1);
    result = connect_to(fd, port_of(listener));
    EXPECT(result == 0 || errno == EISCONN);    /* Linux reports the success of the first attempt once */
    EXPECT_ERROR(connect_to(fd, port_of(listener)), EISCONN);
}

static void nonblocking_refused(void)
{
    int fd = stream(SOCK_NONBLOCK);
    uint16_t port = dead_port();
    if (connect_to(fd, port) == 0 || errno != EINPROGRESS)
        EXPECT(errno == ECONNREFUSED);
    else {
        EXPECT((wait_for(fd, POLLOUT) & POLLOUT) != 0);
        EXPECT((wait_for(fd, POLLIN | POLLOUT) & (POLLIN | POLLHUP | POLLERR)) != 0);
        EXPECT(socket_error(fd) == ECONNREFUSED);
        EXPECT(socket_error(fd) == 0);  /* reading it clears it */
    }
}

static void nonblocking_refused_told_by_connect(void)
{
    int fd = stream(SOCK_NONBLOCK);
    uint16_t port = dead_port();
    if (connect_to(fd, port) != 0 && errno == EINPROGRESS) {
        wait_for(fd, POLLOUT);
        EXPECT_ERROR(connect_to(fd, port), ECONNREFUSED);
    }
}

static void nonblocking_with_select(void)
{
    int listener = listening(1);
    int fd = stream(SOCK_NONBLOCK);
    EXPECT(connect_to(fd, port_of(listener)) == 0 || errno == EINPROGRESS);
    fd_set readable, writable;
    FD_ZERO(&readable);
    FD_ZERO(&writable);
    FD_SET(fd, &writable);
    FD_SET(listener, &readable);
    struct timeval limit = { 10, 0 };
    EXPECT(select((fd > listener ? fd : listener) + 1, &readable, &writable, NULL, &limit) > 0);
    wait_for(fd, POLLOUT);
    EXPECT(socket_error(fd) == 0);
    wait_for(listener, POLLIN);
    EXPECT(accept(listener, NULL, NULL) >= 0);
}

static void with_epoll(uint32_t edge)
{
    int listener = listening(1);
    int fd = stream(SOCK_NONBLOCK);
    int poll = epoll_create1(0);
    struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | edge, .data.fd = fd };
    EXPECT(connect_to(fd, port_of(listener)) == 0 || errno == EINPROGRESS);
    EXPECT(epoll_ctl(poll, EPOLL_CTL_ADD, fd, &event) == 0);
    EXPECT(epoll_wait(poll, &event, 1, 10000) == 1 && event.data.fd == fd);
    EXPECT((event.events & (EPOLLOUT | EPOLLERR | EPOLLHUP | EPOLLRDHUP)) == EPOLLOUT);
    EXPECT(socket_error(fd) == 0);
    int server = accept(listener, NULL, NULL);
    EXPECT(server >= 0);
    send_all(server, "x", 1);
    do
        EXPECT(epoll_wait(poll, &event, 1, 10000) == 1);
    while ((event.events & EPOLLIN) == 0);
    char byte;
    receive_all(fd, &byte, 1);
    EXPECT(shutdown(server, SHUT_WR) == 0);
    do
        EXPECT(epoll_wait(poll, &event, 1, 10000) == 1);
    while ((event.events & EPOLLRDHUP) == 0);
    EXPECT(recv(fd, &byte, 1, 0) == 0);
}

static void nonblocking_with_epoll(void)
{
    with_epoll(0);
}

static void nonblocking_with_edge_triggered_epoll(void)
{
    with_epoll(EPOLLET);
}

/* An address of our own network at which nobody is: the attempt takes seconds, unless SO_SNDTIMEO ends the wait for it. */
static struct sockaddr_in nowhere(void)
{
    struct sockaddr_in address = local(9);
    address.sin_addr.s_addr = inet_addr("10.1.0.77");
    return address;
}

static void takes_as_long_as_it_may(void)
{
    int fd = stream(0);
    struct timeval limit = { 0, 300000 };
    EXPECT(setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit) == 0);
    struct sockaddr_in to = nowhere();
    double start = seconds();
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, sizeof to), EINPROGRESS);
    EXPECT(seconds() - start > 0.25 && seconds() - start < 2.5);
    set_nonblocking(fd, true);
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, sizeof to), EALREADY);
    EXPECT_ERROR(send(fd, "x", 1, MSG_NOSIGNAL), EAGAIN);
    EXPECT_ERROR(recv(fd, &limit, 1, 0), EAGAIN);
    EXPECT(socket_error(fd) == 0);
}

static void nobody_answers(void)
{
    int fd = stream(0);
    struct sockaddr_in to = nowhere();
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, sizeof to), EHOSTUNREACH);
}

static void no_route(void)
{
    struct sockaddr_in to = local(9);
    to.sin_addr.s_addr = inet_addr("198.51.100.1");
    EXPECT_ERROR(connect(stream(0), (struct sockaddr *)&to, sizeof to), ENETUNREACH);
}

static void do_nothing(int number)
{
    (void)number;
}

static void interrupted(void)
{
    struct sigaction action = { .sa_handler = do_nothing };
    EXPECT(sigaction(SIGALRM, &action, NULL) == 0);
    struct itimerval soon = { .it_value = { 0, 200000 } };
    EXPECT(setitimer(ITIMER_REAL, &soon, NULL) == 0);
    struct sockaddr_in to = nowhere();
    EXPECT_ERROR(connect(stream(0), (struct sockaddr *)&to, sizeof to), EINTR);
}

static void wrong_arguments(void)
{
    int fd = stream(0);
    struct sockaddr_in to = local(9);
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, 1), EINVAL);
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, 8), EINVAL);
    to.sin_family = AF_INET6;
    EXPECT_ERROR(connect(fd, (struct sockaddr *)&to, sizeof to), EAFNOSUPPORT);
    EXPECT_ERROR(listen(-1, 1), EBADF);
    EXPECT_ERROR(connect(-1, (struct sockaddr *)&to, sizeof to), EBADF);
    EXPECT_ERROR(accept(fd, NULL, NULL), EINVAL);
    int file = open("/dev/null", O_RDWR);
    to.sin_family = AF_INET;
    EXPECT_ERROR(connect(file, (struct sockaddr *)&to, sizeof to), ENOTSOCK);
    EXPECT_ERROR(socket(AF_INET, SOCK_SEQPACKET, 0), ESOCKTNOSUPPORT);
    EXPECT_ERROR(socket(AF_INET, SOCK_STREAM, IPPROTO_UDP), EPROTONOSUPPORT);
}

static void unconnected_streams_have_nothing_to_say(void)
{
    int fd = stream(0);
    char byte = 0;
    EXPECT_ERROR(recv(fd, &byte, 1, 0), ENOTCONN);
    EXPECT_ERROR(read(fd, &byte, 1), ENOTCONN);
    EXPECT_ERROR(send(fd, &byte, 1, MSG_NOSIGNAL), EPIPE);
    EXPECT_ERROR(shutdown(fd, SHUT_WR), ENOTCONN);
    int listener = listening(1);
    EXPECT_ERROR(recv(listener, &byte, 1, 0), ENOTCONN);
    EXPECT_ERROR(connect_to(listener, 9), EISCONN);
    struct sockaddr_in name;
    socklen_t length = sizeof name;
    EXPECT(getsockname(fd, (struct sockaddr *)&name, &length) == 0 && name.sin_port == 0 && name.sin_addr.s_addr == 0);
}

static void addresses_in_use(void)
{
    int listener = listening(1);
    struct sockaddr_in taken = local(port_of(listener));
    int second = stream(0);
    EXPECT_ERROR(bind(second, (struct sockaddr *)&taken, sizeof taken), EADDRINUSE);
    struct sockaddr_in foreign = local(0);
    foreign.sin_addr.s_addr = inet_addr("203.0.113.1");
    EXPECT_ERROR(bind(second, (struct sockaddr *)&foreign, sizeof foreign), EADDRNOTAVAIL);
    struct sockaddr_in any = local(0);
    EXPECT(bind(second, (struct sockaddr *)&any, sizeof any) == 0 && port_of(second) != 0);
    EXPECT_ERROR(bind(second, (struct sockaddr *)&any, sizeof any), EINVAL);

    /* A server that starts again while connections of the one before it are in TIME_WAIT. */
    int on = 1;
    int first = stream(0);
    EXPECT(setsockopt(first, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    EXPECT(bind(first, (struct sockaddr *)&any, sizeof any) == 0 && listen(first, 1) == 0);
    struct sockaddr_in again = local(port_of(first));
    int client = stream(0);
    EXPECT(connect(client, (struct sockaddr *)&again, sizeof again) == 0);
    int server = accept(first, NULL, NULL);
    close(server);
    char byte;
    EXPECT(recv(client, &byte, 1, 0) == 0);
    close(client);
    close(first);
    usleep(100000);
    int next = stream(0);
    EXPECT(setsockopt(next, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0);
    EXPECT(bind(next, (struct sockaddr *)&again, sizeof again) == 0);
    EXPECT(listen(next, 1) == 0);
}

static void accept_does_not_wait_when_told_so(void)
{
    int listener = listening(8);
    set_nonblocking(listener, true);
    EXPECT_ERROR(accept(listener, NULL, NULL), EAGAIN);
    struct pollfd entry = { .fd = listener, .events = POLLIN };
    EXPECT(poll(&entry, 1, 0) == 0);
    int clients[3];
    for (int i = 0; i < 3; i++)
        EXPECT(connect_to(clients[i] = stream(0), port_of(listener)) == 0);
    for (int i = 0; i < 3; i++) {
        EXPECT(wait_for(listener, POLLIN) == POLLIN);
        int flags = i == 0 ? 0 : SOCK_NONBLOCK | SOCK_CLOEXEC;
        int server = accept4(listener, NULL, NULL, flags);
        EXPECT(server >= 0);
        EXPECT(((fcntl(server, F_GETFL) & O_NONBLOCK) != 0) == (flags != 0));
        EXPECT(((fcntl(server, F_GETFD) & FD_CLOEXEC) != 0) == (flags != 0));
    }
    EXPECT_ERROR(accept(listener, NULL, NULL), EAGAIN);
    EXPECT_ERROR(accept4(listener, NULL, NULL, 0x10), EINVAL);
}

static void listening_ends_with_the_descriptor(void)
{
    int listener = listening(1);
    uint16_t port = port_of(listener);
    close(listener);
    usleep(50000);
    EXPECT_ERROR(connect_to(stream(0), port), ECONNREFUSED);
}

static void a_backlog_of_waiting_connections(void)
{
    enum { MANY = 100 };
    int listener = listening(128);
    int clients[MANY];
    for (int i = 0; i < MANY; i++) {
        clients[i] = stream(0);
        EXPECT(connect_to(clients[i], port_of(listener)) == 0);
        send_all(clients[i], &i, sizeof i);
    }
    for (int i = 0; i < MANY; i++) {
        int server = accept(listener, NULL, NULL);
        int number;
        receive_all(server, &number, sizeof number);
        EXPECT(number == i);    /* in order */
        close(server);
    }
}

const struct test connecting_tests[] = {
    { "both ends know each other", both_ends_know_each_other },
    { "refused at once", refused_at_once },
    { "non-blocking with poll", nonblocking_with_poll },
    { "non-blocking with select", nonblocking_with_select },
    { "non-blocking with epoll", nonblocking_with_epoll },
    { "non-blocking with edge-triggered epoll", nonblocking_with_edge_triggered_epoll },
    { "non-blocking and refused", nonblocking_refused },
    { "non-blocking and refused, told by the next connect", nonblocking_refused_told_by_connect },
    { "takes as long as SO_SNDTIMEO says", takes_as_long_as_it_may },
    { "a neighbour that doesn't answer", nobody_answers },
    { "no route", no_route },
    { "interrupted by a signal", interrupted },
    { "wrong arguments", wrong_arguments },
    { "unconnected streams", unconnected_streams_have_nothing_to_say },
    { "addresses in use", addresses_in_use },
    { "accept doesn't wait when told so", accept_does_not_wait_when_told_so },
    { "listening ends with the descriptor", listening_ends_with_the_descriptor },
    { "a backlog of waiting connections", a_backlog_of_waiting_connections },
    { 0 },
};
