/* Several messages at once (recvmmsg, sendmmsg), and file to socket (sendfile, splice). */
#include "descriptors.h"
#include "real.h"
#include "stream.h"
#include "system.h"
#include "transfer.h"

static bool is_foreign(int fd)
{
    descriptor_t known = descriptor_get(fd);
    return known.kind == DESCRIPTOR_FOREIGN || !descriptor_is_still(fd, known);
}

/* An error after the first message is the next call's to tell; a plain EAGAIN will come again by itself. */
static int messages_done(unsigned done)
{
    return done > 0 ? (int)done : -1;
}

EXPORT int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
    if (is_foreign(fd))
        return REAL(sendmmsg)(fd, messages, count, flags);
    unsigned done = 0;
    for (; done < count && done < 1024; done++) {
        ssize_t sent = transfer_sendmsg(fd, &messages[done].msg_hdr, flags);
        if (sent < 0)
            return messages_done(done);
        messages[done].msg_len = (unsigned)sent;
    }
    return (int)done;
}

static bool is_past(const struct timespec *end)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec > end->tv_sec || (now.tv_sec == end->tv_sec && now.tv_nsec >= end->tv_nsec);
}

EXPORT int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout)
{
    if (is_foreign(fd)) {
        int received = REAL(recvmmsg)(fd, messages, count, flags, timeout);
        for (int i = 0; i < received; i++)
            transfer_received_rights(&messages[i].msg_hdr);
        return received;
    }
    struct timespec end = { 0 };
    if (timeout != NULL) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1000000000)
            return result_of(EINVAL);
        clock_gettime(CLOCK_MONOTONIC, &end);
        end.tv_sec += timeout->tv_sec + (end.tv_nsec + timeout->tv_nsec) / 1000000000;
        end.tv_nsec = (end.tv_nsec + timeout->tv_nsec) % 1000000000;
    }
    unsigned done = 0;
    while (done < count && done < 1024) {
        ssize_t received = transfer_recvmsg(fd, &messages[done].msg_hdr, flags & ~MSG_WAITFORONE);
        if (received < 0)
            return messages_done(done);
        messages[done++].msg_len = (unsigned)received;
        if ((flags & MSG_WAITFORONE) != 0)
            flags |= MSG_DONTWAIT;
        if (timeout != NULL && is_past(&end))
            break;      /* looked at after each message only: recvmmsg(2), BUGS */
    }
    return (int)done;
}

/* Whether bytes can be moved to the descriptor as they are, by the kernel: 0, or an errno. */
static int can_move_bytes_to(int fd, descriptor_t *socket)
{
    *socket = descriptor_get(fd);
    if (socket->kind == DESCRIPTOR_DATAGRAM && descriptor_is_still(fd, *socket))
        return EINVAL;  /* then callers read and write, and each datagram gets its header */
    if (socket->kind == DESCRIPTOR_STREAM && !stream_is_open(*socket))
        return stream_before_write(fd, *socket, 0);
    return 0;
}

EXPORT ssize_t sendfile(int to, int from, off_t *offset, size_t count)
{
    descriptor_t socket;
    int error = can_move_bytes_to(to, &socket);
    if (error != 0)
        return result_of(error);
    ssize_t sent = REAL(sendfile)(to, from, offset, count);
    return sent < 0 && socket.kind == DESCRIPTOR_STREAM ? stream_write_failed(to, true) : sent;
}

EXPORT ssize_t sendfile64(int to, int from, off_t *offset, size_t count) __attribute__((alias("sendfile")));

EXPORT ssize_t splice(int from, off64_t *from_offset, int to, off64_t *to_offset, size_t length, unsigned int flags)
{
    descriptor_t target, source = descriptor_get(from);
    int error = can_move_bytes_to(to, &target);
    if (error == 0 && source.kind == DESCRIPTOR_DATAGRAM && descriptor_is_still(from, source))
        error = EINVAL;
    if (error != 0)
        return result_of(error);
    ssize_t moved = REAL(splice)(from, from_offset, to, to_offset, length, flags);
    if (moved < 0 && target.kind == DESCRIPTOR_STREAM)
        return stream_write_failed(to, true);
    if (moved <= 0 && length > 0 && source.kind == DESCRIPTOR_STREAM)
        return stream_read_ended(from, source, moved);
    return moved;
}
