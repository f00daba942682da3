#include "stream.h"
#include "requests.h"
#include "system.h"
#include <limits.h>
#include <sys/time.h>

bool stream_is_nonblocking(int fd)
{
    long flags = syscall(SYS_fcntl, fd, F_GETFL);
    return flags >= 0 && (flags & O_NONBLOCK) != 0;
}

/*
 * Linux starts connect() again after a signal whose handler has SA_RESTART; poll() never does, and doesn't say which handler has run. If every handler
 * of the process has the flag, the one that ran had it.
 */
static bool every_handler_restarts(void)
{
    for (int number = 1; number <= SIGRTMAX; number++) {
        struct sigaction action;
        if (sigaction(number, NULL, &action) == 0 && action.sa_handler != SIG_DFL && action.sa_handler != SIG_IGN
            && (action.sa_flags & SA_RESTART) == 0)
            return false;
    }
    return true;
}

static int64_t milliseconds_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int stream_wait_writable(int fd)
{
    struct timeval timeout = { 0 };
    socklen_t size = sizeof timeout;
    syscall(SYS_getsockopt, fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, &size);
    bool limited = timeout.tv_sec != 0 || timeout.tv_usec != 0;
    int64_t end = milliseconds_now() + (int64_t)timeout.tv_sec * 1000 + (timeout.tv_usec + 999) / 1000;
    for (;;) {
        int64_t left = limited ? end - milliseconds_now() : -1;
        struct pollfd entry = { .fd = fd, .events = POLLOUT };
        int result = poll(&entry, 1, left > INT_MAX ? INT_MAX : limited && left < 0 ? 0 : (int)left);
        if (result > 0)
            return 0;
        if (result == 0) {
            if (left <= INT_MAX)
                return EAGAIN;
        } else if (errno != EINTR || limited || !every_handler_restarts()) {
            return errno;   /* with SO_SNDTIMEO, Linux doesn't restart (signal(7)) */
        }
    }
}

/* Whether it really isn't connected: another process may have connected what was fresh here. */
static bool is_unconnected(int fd, descriptor_t stream)
{
    uint8_t name[WIRE_MAXIMUM_NAME];
    struct request about = { .operation = WIRE_GETPEERNAME, .reply = name, .reply_size = sizeof name };
    int error = request_about(fd, &about);
    if (error == 0)
        descriptor_set_state(fd, stream, STREAM_ESTABLISHED);
    return error == ENOTCONN;
}

int stream_before_read(int fd, descriptor_t stream)
{
    switch (stream.state) {
    case STREAM_FRESH:
        return is_unconnected(fd, stream) ? ENOTCONN : 0;
    case STREAM_LISTENING:
        return descriptor_is_still(fd, stream) ? ENOTCONN : 0;
    default:
        return 0;
    }
}

int stream_before_write(int fd, descriptor_t stream, int flags)
{
    switch (stream.state) {
    case STREAM_FRESH:
        return is_unconnected(fd, stream) ? EPIPE : 0;
    case STREAM_LISTENING:
        return descriptor_is_still(fd, stream) ? EPIPE : 0;
    case STREAM_CONNECTING: {
        short ready = system_poll_now(fd, POLLOUT | POLLRDHUP);
        if ((ready & (POLLOUT | POLLHUP | POLLERR | POLLNVAL)) == 0) {
            if ((flags & MSG_DONTWAIT) != 0 || stream_is_nonblocking(fd))
                return EAGAIN;
            int error = stream_wait_writable(fd);
            if (error != 0)
                return error;
            ready = system_poll_now(fd, POLLOUT | POLLRDHUP);
        }
        descriptor_set_state(fd, stream, (ready & (POLLRDHUP | POLLHUP | POLLERR)) == 0 ? STREAM_ESTABLISHED : STREAM_OPEN);
        return 0;
    }
    default:
        return 0;
    }
}

ssize_t stream_read_ended(int fd, descriptor_t stream, ssize_t result)
{
    if (result < 0 && errno != ECONNRESET)
        return result;
    /*
     * An error ends both directions at once, which shows as POLLHUP; a peer's FIN ends one. So a FIN needs no request: that's the end of nearly every
     * connection to a server. (A failed handshake ends one direction, too, which is why the connection must be known to have been established.)
     */
    if (result == 0 && stream.state == STREAM_ESTABLISHED && (system_poll_now(fd, POLLRDHUP) & (POLLHUP | POLLERR)) == 0)
        return 0;
    int error = request_pending_error(fd);
    if (error == ENOTSOCK)
        return result;
    if (error == ENETDOWN || (error == 0 && result < 0))
        error = ECONNRESET;     /* the daemon is gone, and the connection with it */
    return result_of(error);
}

ssize_t stream_write_failed(int fd, bool no_signal)
{
    int failure = errno;
    if (failure != EPIPE && failure != ECONNRESET)
        return -1;
    int error = request_pending_error(fd);
    if (error == 0 || error == ENOTSOCK)
        error = failure;
    else if (error == ENETDOWN)
        error = ECONNRESET;
    if (error == EPIPE && !no_signal)
        raise(SIGPIPE);     /* as Linux's TCP: an error of the connection is reported first, and without the signal */
    return result_of(error);
}
